/** docs/reference/metrics.md, made of the registry. `node operator/metrics/reference.ts` writes it; twice gives the same bytes. */

import { writeFileSync } from 'node:fs';
import { openMetrics } from '../metrics.ts';

export type Described = { readonly name: string; readonly type: string; readonly labelNames: readonly string[]; readonly help: string };

export const PAGE = new URL('../../docs/reference/metrics.md', import.meta.url);

/** All that the operator registers, in that order; node's own last. */
export function described(): readonly Described[] {
  // The labels are there, and only left out of prom-client's types.
  const all = openMetrics().registry.getMetricsAsArray() as unknown as readonly Described[];
  const isOurs = ({ name }: Described) => !/^(process|nodejs)_/.test(name);
  return [...all.filter(isOurs), ...all.filter((it) => !isOurs(it))];
}

export function reference(): string {
  const rows = described().filter(({ name }) => !/^(process|nodejs)_/.test(name));
  return `${HEAD}${rows.map(({ name, type, labelNames, help }) => `| \`${name}\` | ${type} | ${labelNames.map((it) => `\`${it}\``).join(', ')} | ${help} |\n`).join('')}`;
}

const HEAD = `# Metrics

*Made by \`operator/metrics/reference.ts\` from what the operator registers: change the help texts there.*

Every replica answers at \`/metrics\`, port 9090. What says *Leader only* is told by the replica that leads: the others say nothing of a policy, and 0 of the
rest. A replica that leads no more takes back what it said of policies; what it has counted stays. Add counters up over replicas, and take the highest of gauges.
The chart makes a ServiceMonitor, alerts and a dashboard of them: [monitoring](../monitoring.md).

Labels are bounded: there is none for a pod, and \`reason\` is one word of few. A policy has some 20 series at rest and 45 after its first rollout, on
the leader, and all of them go when the policy is deleted. All else together has fewer than 150 a replica. Beside these there are \`process_*\` and
\`nodejs_*\`, of the replica's own process.

| metric | type | labels | what it tells |
|---|---|---|---|
`;

if (import.meta.main) writeFileSync(PAGE, reference());
