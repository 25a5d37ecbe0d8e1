/** The time, handed in: the machine's own below, and one that a test turns by hand. */
export type Clock = {
  /** ms since 1970. */
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => Cancel;
  readonly every: (ms: number, run: () => void) => Cancel;
};

export type Cancel = () => void;

/** Its timers keep no process alive: the listening server does that. */
export const machineClock: Clock = {
  now: () => Date.now(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
  every: (ms, run) => {
    const timer = setInterval(run, ms).unref();
    return () => clearInterval(timer);
  },
};
