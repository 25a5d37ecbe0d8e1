const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** How long, as kubectl says it: `42s`, `10m`, `3h`, `12d`. Clocks that do not agree make it no shorter than 0s. */
export function span(ms: number): string {
  const [unit, length] = UNITS.find(([, length]) => ms >= length * (length > 1000 ? 2 : 1)) ?? ['s', 1000];
  return `${Math.max(0, Math.floor(ms / length))}${unit}`;
}
