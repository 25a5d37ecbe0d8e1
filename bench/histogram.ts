/** Of a Prometheus histogram: how many were within each bound, and what all of them took. Bounds are in seconds, in ascending order. */
export type Histogram = {
  readonly within: readonly (readonly [bound: number, count: number])[];
  readonly count: number;
  readonly sum: number;
};

/** Of a page of /metrics, over all series of that name that have these labels, such as `name="inject.fleetreload.dev"`. */
export function histogramIn(page: string, name: string, labels = ''): Histogram {
  const within = new Map<number, number>();
  let [count, sum] = [0, 0];
  for (const line of page.split('\n')) {
    if (!line.startsWith(`${name}_`) || !line.includes(labels)) continue;
    const value = Number(line.slice(line.lastIndexOf(' ')));
    const [, bound] = /[{,]le="([^"]+)"/.exec(line) ?? [];
    if (bound !== undefined) within.set(boundOf(bound), (within.get(boundOf(bound)) ?? 0) + value);
    else if (line.startsWith(`${name}_count`)) count += value;
    else if (line.startsWith(`${name}_sum`)) sum += value;
  }
  return { within: [...within].toSorted(([a], [b]) => a - b), count, sum };
}

export function added(histograms: readonly Histogram[]): Histogram {
  return histograms.reduce((all, each) => combined(all, each, 1));
}

/** What came since `before`. */
export function since(before: Histogram, now: Histogram): Histogram {
  return combined(now, before, -1);
}

export function meanMs({ count, sum }: Histogram): number {
  return (sum * 1000) / count;
}

/** The first bound within which this part of all were, such as `≤ 5`: a histogram knows no more. */
export function boundMs({ within, count }: Histogram, part: number): string {
  const at = within.findIndex(([, many]) => many >= count * part);
  const [bound = Number.NaN] = within[at] ?? [];
  return bound === Number.POSITIVE_INFINITY ? `> ${(within[at - 1]?.[0] ?? 0) * 1000}` : `≤ ${bound * 1000}`;
}

function combined(a: Histogram, b: Histogram, sign: 1 | -1): Histogram {
  const others = new Map(b.within);
  return {
    within: a.within.map(([bound, count]) => [bound, count + sign * (others.get(bound) ?? 0)]),
    count: a.count + sign * b.count,
    sum: a.sum + sign * b.sum,
  };
}

function boundOf(text: string): number {
  return text === '+Inf' ? Number.POSITIVE_INFINITY : Number(text);
}
