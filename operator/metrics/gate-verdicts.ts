import type { GateVerdict } from '../plan/situation.ts';

type Policy = { readonly namespace: string; readonly policy: string };
type Labels = Policy & { readonly gate: string; readonly verdict: string };

/** Counts a gate's verdict as it becomes another one. Between two bakes nothing is measured, so that the next bake counts anew. */
export function openGateVerdicts(count: (labels: Labels) => void) {
  const last = new Map<string, ReadonlyMap<string, string>>();
  /** By policy: the gates that were ever counted. Their names are the user's. */
  const named = new Map<string, Set<string>>();
  return {
    look: (policy: Policy, gates: readonly GateVerdict[]) => {
      const key = keyOf(policy);
      const before = last.get(key);
      for (const { gate, kind } of gates) {
        if (before?.get(gate) === kind) continue;
        named.set(key, (named.get(key) ?? new Set()).add(gate));
        count({ ...policy, gate, verdict: kind });
      }
      if (gates.length === 0) last.delete(key);
      else last.set(key, new Map(gates.map(({ gate, kind }) => [gate, kind])));
    },
    /** Which gates it had. */
    gone: (policy: Policy): Iterable<string> => {
      const key = keyOf(policy);
      const gates = named.get(key) ?? [];
      last.delete(key);
      named.delete(key);
      return gates;
    },
    reset: () => last.clear(),
  };
}

function keyOf({ namespace, policy }: Policy): string {
  return `${namespace}/${policy}`;
}
