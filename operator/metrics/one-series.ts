import type { Gauge } from 'prom-client';

type Policy = { readonly namespace: string; readonly policy: string };

/** Of a gauge that says what it has to say by a label: each policy has one series, and the one before goes as the next one comes. */
export function oneSeries<L extends string>(gauge: Pick<Gauge<L>, 'set' | 'remove' | 'reset'>) {
  const last = new Map<string, Record<string, string>>();
  return {
    set: (policy: Policy, told: Readonly<Record<string, string>> | null) => {
      const key = `${policy.namespace}/${policy.policy}`;
      const before = last.get(key);
      const labels = told && { ...policy, ...told };
      if (before !== undefined && JSON.stringify(before) !== JSON.stringify(labels)) gauge.remove(before as Record<L, string>);
      if (labels === null) return void last.delete(key);
      last.set(key, labels);
      gauge.set(labels as Record<L, string>, 1);
    },
    reset: () => {
      last.clear();
      gauge.reset();
    },
  };
}
