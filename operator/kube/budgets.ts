import { matches, type Selector } from './selector.ts';
import type { KubeObject } from './watch-events.ts';

/** What the operator keeps of a PodDisruptionBudget. */
export type DisruptionBudget = {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Selector | null;
  /** How many of its pods may be disrupted now. */
  readonly left: number;
};

export type RawBudget = KubeObject & {
  readonly metadata: { readonly generation?: number };
  readonly spec?: { readonly selector?: Selector | null };
  readonly status?: { readonly disruptionsAllowed?: number; readonly observedGeneration?: number };
};

export function stripBudget({ metadata, spec, status }: RawBudget): DisruptionBudget {
  // Its controller has not counted for the present spec yet: what it said of another one counts for nothing.
  const isCounted = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? '',
    selector: spec?.selector ?? null,
    left: isCounted ? (status?.disruptionsAllowed ?? 0) : 0,
  };
}

/** As in policy/v1: no selector covers no pod, and an empty one covers all of the namespace. */
export function covers({ selector }: DisruptionBudget, labels: Readonly<Record<string, string>>): boolean {
  return selector !== null && matches(selector, labels);
}
