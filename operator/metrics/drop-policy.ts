import type { Counter, Gauge, Histogram } from 'prom-client';

type Labels = Partial<Record<string, string | number>>;
type Metric = Pick<Counter | Gauge | Histogram, 'get' | 'remove'>;

/** A cluster that makes and deletes policies all day must not keep the series of each. */
export async function dropPolicy(metrics: readonly Metric[], namespace: string, policy: string): Promise<void> {
  for (const metric of metrics) {
    const { values } = await metric.get();
    for (const { labels } of values as readonly { readonly labels: Labels }[]) {
      const { le: _, ...its } = labels;
      if (its.namespace === namespace && its.policy === policy) metric.remove(its as Record<string, string>);
    }
  }
}
