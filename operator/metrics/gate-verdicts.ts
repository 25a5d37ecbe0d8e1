import type { GateVerdict } from '../plan/situation.ts';

type Policy = { readonly namespace: string; readonly policy: string };
type Labels = Policy & { readonly gate: string; readonly verdict: string };

/** Counts a gate's verdict as it becomes another one. Between two bakes nothing is measured, so that the next bake counts anew. */
export function openGateVerdicts(count: (labels: Labels) => void) {
  const last = new Map<string, ReadonlyMap<string, string>>();
  return {
    look: (policy: Policy, gates: readonly GateVerdict[]) => {
      const key = `${policy.namespace}/${policy.policy}`;
      const before = last.get(key);
      for (const { gate, kind } of gates) if (before?.get(gate) !== kind) count({ ...policy, gate, verdict: kind });
      if (gates.length === 0) last.delete(key);
      else last.set(key, new Map(gates.map(({ gate, kind }) => [gate, kind])));
    },
    reset: () => last.clear(),
  };
}
