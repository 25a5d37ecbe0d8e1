import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { sourcesOf } from '../../crds/source.ts';
import type { Kube } from '../kube/client.ts';
import type { Measure, Measurement, Millis } from '../plan/situation.ts';
import type { Ask } from './ask.ts';
import type { InTurn } from './expression.ts';

export type GatesSpec = ReloadPolicy['spec']['gates'];

/** One gate of one bake. */
export type Gate = {
  readonly name: string;
  /** As the policy has it: where it is edited, its measurements begin anew. */
  readonly spec: object;
  /** From the start of the bake to the first measurement, */
  readonly firstMs: Millis;
  /** and from the start of one to that of the next. */
  readonly everyMs: Millis;
  /** What it throws is told as unknown; what comes after the signal is told to nobody. */
  readonly measure: (bake: Bake, signal: AbortSignal) => Promise<Outcome>;
  /** The bake is over: takes away what the measurement left in the cluster. */
  readonly leave?: (bake: Bake) => Promise<void>;
};

/** As the last pass stated it. */
export type Bake = { readonly policy: ReloadPolicy; readonly measure: Measure };

/** A measurement without its time. */
export type Outcome = Measurement extends infer Each ? (Each extends unknown ? Omit<Each, 'at'> : never) : never;

/** What gates need of the world. */
export type Edge = {
  readonly kube: Pick<Kube, 'get' | 'list' | 'create' | 'remove'>;
  readonly podOf: PodOf;
  readonly ask: Ask;
  readonly inTurn: InTurn;
};

export type PodOf = (uid: string) => { readonly name: string; readonly ip: string | null } | undefined;

/** An app or a test that fails may repeat what it was given. The sidecar can hide that, but the operator does not look into Secrets for it. */
export function mayQuote({ policy }: Bake): boolean {
  return sourcesOf(policy.spec.sources).every(({ kind }) => kind !== 'Secret');
}

/** So many members are told to a Job or asked over HTTP: the first ones in the order of the rollout. */
const MEMBERS = 256;

/** Members of the canary that have an address. */
export function reachable(
  { canary }: Measure,
  podOf: PodOf,
): readonly { readonly uid: string; readonly name: string; readonly ip: string }[] {
  const found = canary.flatMap((uid) => {
    const pod = podOf(uid);
    return pod && pod.ip !== null ? [{ uid, name: pod.name, ip: pod.ip }] : [];
  });
  return found.slice(0, MEMBERS);
}

export function unknown(because: string): Outcome {
  return { kind: 'unknown', because, mistake: false };
}

/** What only a person can mend. */
export function mistake(because: string): Outcome {
  return { kind: 'unknown', because, mistake: true };
}
