/** The wait before try `failures + 1`: doubles from `baseMs` to `maxMs`, and is drawn from its upper half, so that many who failed together do not return together. */
export function backoffMs(failures: number, { baseMs, maxMs, random }: Backoff): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.max(0, Math.min(failures - 1, 30)));
  return Math.round(full * (0.5 + random() / 2));
}

export type Backoff = {
  readonly baseMs: number;
  readonly maxMs: number;
  /** 0 to 1, such as Math.random. */
  readonly random: () => number;
};
