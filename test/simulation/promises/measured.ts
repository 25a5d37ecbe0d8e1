import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import type { Measurement } from '../../../operator/plan/situation.ts';
import type { Observed } from '../observed.ts';

/** Gates of the policy of which the pass did not know that they hold in the bake that is recorded. */
export function wrongGates({ policy, measured, pods, reports }: Observed, status: ReloadPolicyStatus): readonly string[] {
  const { metrics = [], http = [], job } = policy?.spec.gates ?? {};
  const isOfIt =
    measured !== null &&
    measured.rollout === status.rollout &&
    measured.wave === (status.wave ?? 1) - 1 &&
    measured.since === Date.parse(status.bakeStartedAt ?? '');
  const last = (name: string): Measurement | undefined => (isOfIt ? measured.measurements.get(name)?.at(-1) : undefined);
  // Without anybody on stable there is nothing to compare with.
  const isOnStable = ({ uid }: { readonly uid: string }) => reports.get(uid)?.running?.revision === status.stableRevision;
  const isAlone = status.stableRevision === undefined || !pods.some(isOnStable);
  return [
    ...metrics.flatMap(({ name, max = Number.POSITIVE_INFINITY, noData, dryRun, prometheus }) => {
      const it = last(name);
      const isWithin = it?.kind === 'values' && (it.values.length > 0 ? it.values.every((value) => value <= max) : noData === 'Pass');
      return isWithin || dryRun || (prometheus.query.includes('{{control}}') && isAlone) ? [] : [`${name}: ${JSON.stringify(it)}`];
    }),
    ...http.flatMap(({ name }) => {
      const it = last(name);
      return it?.kind === 'answers' && it.asked.length > 0 && it.wrong.length < it.asked.length ? [] : [`${name}: ${JSON.stringify(it)}`];
    }),
    ...(job === undefined ? [] : ['job']).flatMap((name) => {
      const it = last(name);
      return it?.kind === 'job' && it.state === 'succeeded' ? [] : [`${name}: ${JSON.stringify(it)}`];
    }),
  ];
}
