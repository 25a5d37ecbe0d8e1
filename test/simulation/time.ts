/** Milliseconds that pass only when told. Timers that are due run then, in order. */
export type Time = {
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
  readonly pass: (ms: number) => void;
  /** When the next timer is due; null where there is none. */
  readonly next: () => number | null;
};

export function openTime(): Time {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly run: () => void }>();
  const first = () => [...timers].reduce<{ at: number; run: () => void } | null>((a, b) => (a === null || b.at < a.at ? b : a), null);
  return {
    now: () => now,
    after: (ms, run) => {
      const timer = { at: now + Math.max(0, ms), run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    pass: (ms) => {
      const end = now + ms;
      for (let timer = first(); timer !== null && timer.at <= end; timer = first()) {
        timers.delete(timer);
        now = timer.at;
        timer.run();
      }
      now = end;
    },
    next: () => first()?.at ?? null,
  };
}
