/** The middle one; of an even number, the mean of the two. */
export function median(values: readonly number[]): number {
  return (quantile(values, 0.5, Math.floor) + quantile(values, 0.5, Math.ceil)) / 2;
}

/** With fewer than a hundred values, the largest. */
export function p99(values: readonly number[]): number {
  return quantile(values, 0.99, Math.ceil);
}

function quantile(values: readonly number[], part: number, round: (index: number) => number): number {
  return values.toSorted((a, b) => a - b)[round((values.length - 1) * part)] ?? Number.NaN;
}
