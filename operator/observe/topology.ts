import type { Pod } from '../kube/pods.ts';
import type { Policy } from '../plan/situation.ts';

type Labels = Readonly<Record<string, string>>;

export const HOSTNAME = 'kubernetes.io/hostname';

/** The labels of nodes that the policy's waves are spread over. */
export function spreadsOf(waves: Policy['waves']): readonly string[] {
  return [...new Set(waves.flatMap(({ spread }) => spread ?? []))];
}

/** Their values for a pod; '' where its node has no such label, or it has no node yet. */
export function topologyOf({ node }: Pod, spreads: readonly string[], labelsOf: (node: string) => Labels | undefined): Labels {
  if (spreads.length === 0) return NOWHERE;
  const valueOf = (key: string) => (node === null ? undefined : key === HOSTNAME ? node : labelsOf(node)?.[key]);
  return Object.fromEntries(spreads.map((key) => [key, valueOf(key) ?? '']));
}

/** Of a policy that spreads nothing: one for all its members. */
const NOWHERE: Labels = {};
