import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { windowOf } from '../../operator/observe/windows.ts';
import type { Millis } from '../../operator/plan/situation.ts';

export type Standing = {
  readonly policy: ReloadPolicy;
  /** Why nothing goes forward in the namespace; null where it is not frozen. */
  readonly freeze: string | null;
  /** Why the operator would pass this content over; null where it would not. */
  readonly quarantined: string | null;
  /** It is what rolls out now. */
  readonly isCandidate: boolean;
  /** The policy that has some of the pods already; null where none has. */
  readonly older: string | null;
  readonly now: Millis;
};

/** What a rollout would wait for, a sentence each. `takesMs`: how long it goes on. */
export function holds({ policy, freeze, quarantined, isCandidate, older, now }: Standing, takesMs: Millis): readonly string[] {
  const { metadata, spec, status } = policy;
  return [
    ...(older === null
      ? []
      : [`It would send nothing: ${older} is older and has some of these pods. Make their selectors exclude each other.`]),
    ...(quarantined === null ? [] : [`It would be passed over: it is in quarantine, ${quarantined}.`]),
    ...(spec.paused ? ['It would wait: the policy is paused.'] : []),
    ...(freeze === null ? [] : [`It would wait: ${freeze}.`]),
    ...(status?.candidateRevision ? [underWay(`${metadata.name}-${status.rollout}`, isCandidate, spec.onNewRevision)] : []),
    ...windowsNow(spec.windows, now, takesMs),
  ];
}

function underWay(rollout: string, isCandidate: boolean, onNewRevision: ReloadPolicy['spec']['onNewRevision']): string {
  if (isCandidate) return `${rollout} rolls it out already.`;
  return `${rollout} is under way: ${onNewRevision === 'Finish' ? 'it would end first' : 'it would be superseded'}.`;
}

function windowsNow(specs: ReloadPolicy['spec']['windows'], now: Millis, takesMs: Millis): readonly string[] {
  if (!specs) return [];
  const windows = windowOf(specs, now);
  if (windows.kind === 'mistake') return [`It would wait: ${windows.because}.`];
  const { open, changesAt } = windows.window;
  if (changesAt === null) return open ? [] : ['It would wait: none of its windows ever opens.'];
  if (!open) return [`It would wait for the next window at ${timeOf(changesAt)}.`];
  const after = windowOf(specs, changesAt);
  const next =
    after.kind === 'window' && after.window.changesAt !== null ? `; the next one opens at ${timeOf(after.window.changesAt)}` : '';
  const late = now + takesMs > changesAt ? ' It would not end by then, and go on in the next one.' : '';
  return [`Its window is open until ${timeOf(changesAt)}${next}.${late}`];
}

function timeOf(at: Millis): string {
  return new Date(at).toISOString().replace('.000Z', 'Z');
}
