import { Counter, Gauge, type Registry } from 'prom-client';
import { openGateVerdicts } from './gate-verdicts.ts';
import { oneSeries } from './one-series.ts';
import type { GateVerdict } from '../plan/situation.ts';
import type { Standing } from './standing.ts';
import { wordsOf } from './words.ts';

const LABELS = ['namespace', 'policy'] as const;
const VERDICTS = wordsOf<GateVerdict['kind']>({ pass: true, wait: true, fail: true, unknown: true, pause: true });
const STATES = wordsOf<keyof Standing['members']>({
  total: true,
  managed: true,
  connected: true,
  assigned: true,
  applied: true,
  confirmed: true,
  refused: true,
  ready: true,
});

/** How each policy stands, as the last pass saw it. */
export function policyMetrics(registry: Registry, now: () => number) {
  const registers = [registry];
  /** By policy: since when its members are on different revisions. */
  const skewed = new Map<string, { readonly namespace: string; readonly policy: string; readonly since: number | null }>();

  const version = new Gauge({
    name: 'current_config_version',
    help: 'The stable revision of a policy, as a label; always 1. Leader only.',
    labelNames: [...LABELS, 'version'] as const,
    registers,
  });
  const phase = new Gauge({
    name: 'policy_phase',
    help: 'The phase of a policy and the outcome of its last rollout, as labels; always 1. Without an outcome while one is under way. Leader only.',
    labelNames: [...LABELS, 'phase', 'outcome'] as const,
    registers,
  });
  const revisions = new Gauge({
    name: 'config_revisions_live',
    help: 'Revisions that live members run: 1 at rest, 2 in a canary. Leader only.',
    labelNames: LABELS,
    registers,
  });
  const skew = new Gauge({
    name: 'config_skew_seconds',
    help: 'For how long live members have not all been on one revision; 0 while they are. Leader only.',
    labelNames: LABELS,
    registers,
    collect() {
      for (const { namespace, policy, since } of skewed.values())
        this.set({ namespace, policy }, since === null ? 0 : Math.max(0, now() - since) / 1000);
    },
  });
  const members = new Gauge({
    name: 'fleet_members',
    help: 'Members, as in status.members. The states overlap: do not add them up. total less managed are without the sidecar. Leader only.',
    labelNames: [...LABELS, 'state'] as const,
    registers,
  });
  const step = new Gauge({
    name: 'rollout_step_timestamp_seconds',
    help: 'The last step of a rollout or of a member; while a wave bakes, the end of the bake. Leader only.',
    labelNames: LABELS,
    registers,
  });
  const verdicts = new Counter({
    name: 'gate_verdicts_total',
    help: 'Verdicts of measured gates, each counted once as it comes: pass, wait, fail, unknown or pause. Leader only.',
    labelNames: [...LABELS, 'gate', 'verdict'] as const,
    registers,
  });
  const versions = oneSeries(version);
  const phases = oneSeries(phase);
  const gates = openGateVerdicts((labels) => verdicts.inc(labels));

  return {
    stands: (namespace: string, policy: string, standing: Standing) => {
      const its = { namespace, policy };
      versions.set(its, standing.stable === null ? null : { version: standing.stable });
      phases.set(its, { phase: standing.phase, outcome: standing.outcome ?? '' });
      revisions.set(its, standing.revisionsLive);
      skewed.set(`${namespace}/${policy}`, { ...its, since: standing.skewedSince });
      for (const state of STATES) members.set({ ...its, state }, standing.members[state]);
      if (standing.lastStepAt === null) step.remove(its);
      else step.set(its, standing.lastStepAt / 1000);
      gates.look(its, standing.gates);
    },
    isKnown: (namespace: string, policy: string) => skewed.has(`${namespace}/${policy}`),
    gone: (namespace: string, policy: string) => {
      const its = { namespace, policy };
      skewed.delete(`${namespace}/${policy}`);
      versions.set(its, null);
      phases.set(its, null);
      for (const gauge of [revisions, skew, step]) gauge.remove(its);
      for (const state of STATES) members.remove({ ...its, state });
      for (const gate of gates.gone(its)) for (const verdict of VERDICTS) verdicts.remove({ ...its, gate, verdict });
    },
    /** Who leads no more has nothing to say of what runs. */
    forget: () => {
      skewed.clear();
      versions.reset();
      phases.reset();
      gates.reset();
      for (const gauge of [revisions, skew, members, step]) gauge.reset();
    },
  };
}
