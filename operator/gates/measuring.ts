import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Log } from '../kube/log.ts';
import type { Clock } from '../link/clock.ts';
import type { Measure, Measured } from '../plan/situation.ts';
import type { Bake, Gate, GatesSpec } from './gate.ts';
import { measureInRounds, type Rounds } from './rounds.ts';

export type Gates = {
  /** What the last pass says is to be measured, whole: the same bake goes on, another one or null ends it. To say it again costs nothing. */
  readonly keep: (policy: ReloadPolicy, measure: Measure | null) => void;
  /** For the next pass; null where nothing is measured for the policy, or other gates than it has now: what was measured for these says nothing. */
  readonly measured: (policy: ReloadPolicy) => Measured | null;
  /** The policy is gone. */
  readonly forget: (uid: string) => void;
  /** The lead is lost: nothing is measured any more, and Jobs are left to the next leader. */
  readonly stop: () => void;
};

type MeasuringOptions = {
  readonly gatesOf: (spec: GatesSpec) => readonly Gate[];
  readonly onNews: (key: string) => void;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
};

/** Of one bake: each gate with its rounds. `spec` is what they were begun with. */
type Measuring = { bake: Bake; spec: string; readonly gates: Map<string, Begun> };
type Begun = { readonly gate: Gate; readonly rounds: Rounds };

export function keepMeasuring({ gatesOf, onNews, clock, log }: MeasuringOptions): Gates {
  const byUid = new Map<string, Measuring>();
  let isStopped = false;

  return {
    keep: (policy, measure) => {
      const { uid } = policy.metadata;
      const before = byUid.get(uid);
      if (before && (measure === null || !isSameBake(before.bake.measure, measure))) forget(uid);
      if (measure === null || isStopped) return;
      const measuring: Measuring = byUid.get(uid) ?? { bake: { policy, measure }, spec: '', gates: new Map() };
      byUid.set(uid, measuring);
      // Members come and go in the bake: the next measurement is of those who are there.
      measuring.bake = { policy, measure };
      const spec = JSON.stringify(policy.spec.gates);
      if (spec === measuring.spec) return;
      measuring.spec = spec;
      begin(measuring, gatesOf(policy.spec.gates));
    },
    measured: ({ metadata, spec }) => {
      const measuring = byUid.get(metadata.uid);
      if (measuring?.spec !== JSON.stringify(spec.gates)) return null;
      const { rollout, wave, since } = measuring.bake.measure;
      return {
        rollout,
        wave,
        since,
        measurements: new Map([...measuring.gates].map(([name, { rounds }]) => [name, rounds.measurements()])),
      };
    },
    forget,
    stop: () => {
      // A pass that is under way may still say what is to be measured.
      isStopped = true;
      for (const { gates } of byUid.values()) for (const { rounds } of gates.values()) rounds.end();
      byUid.clear();
    },
  };

  /** Gates that were edited begin anew, the others go on. */
  function begin(measuring: Measuring, wanted: readonly Gate[]): void {
    const { gates } = measuring;
    const kept = new Map(wanted.map((gate) => [gate.name, JSON.stringify(gate.spec)]));
    for (const [name, begun] of gates) {
      if (kept.get(name) === JSON.stringify(begun.gate.spec)) continue;
      gates.delete(name);
      end(begun, measuring.bake);
    }
    for (const gate of wanted) {
      if (gates.has(gate.name)) continue;
      const { namespace, name } = measuring.bake.policy.metadata;
      const rounds = measureInRounds(
        gate,
        () => measuring.bake,
        clock,
        () => onNews(`${namespace}/${name}`),
      );
      gates.set(gate.name, { gate, rounds });
    }
  }

  function forget(uid: string): void {
    const measuring = byUid.get(uid);
    if (!measuring) return;
    byUid.delete(uid);
    for (const begun of measuring.gates.values()) end(begun, measuring.bake);
  }

  function end({ gate, rounds }: Begun, bake: Bake): void {
    rounds.end();
    gate.leave?.(bake).catch((error: unknown) => {
      const { namespace, name: policy } = bake.policy.metadata;
      log.warn({ namespace, policy, gate: gate.name, err: error }, 'what a gate left behind could not be taken away');
    });
  }
}

function isSameBake(a: Measure, b: Measure): boolean {
  return a.rollout === b.rollout && a.wave === b.wave && a.since === b.since && a.candidate === b.candidate;
}
