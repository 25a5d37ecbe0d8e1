import type { Clock } from '../clock.ts';

/** A clock for tests: time passes when `turn` says so, and what is due then runs at once. */
export function turnedClock(start = Date.parse('2026-11-24T12:00:00Z')): Clock & { turn(ms: number): void } {
  let now = start;
  const due = new Set<{ at: number; readonly everyMs: number | null; readonly run: () => void }>();
  const add = (ms: number, everyMs: number | null, run: () => void) => {
    const entry = { at: now + ms, everyMs, run };
    due.add(entry);
    return () => void due.delete(entry);
  };
  return {
    now: () => now,
    after: (ms, run) => add(ms, null, run),
    every: (ms, run) => add(ms, ms, run),
    turn: (ms) => {
      const end = now + ms;
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (!next) break;
        now = next.at;
        if (next.everyMs === null) due.delete(next);
        else next.at += next.everyMs;
        next.run();
      }
      now = end;
    },
  };
}
