import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { policyIn, sourceText } from '../api.ts';
import { revisionFor } from '../content.ts';
import type { Pod } from '../pod.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** I5: when nothing happens any more, every live member is on the candidate or on stable, or else that is said, with the reason. */
export function allIsAtRest({ world: worldOf, broken, check, textOf, contentOf }: Judge): Partial<Hooks> {
  return {
    restless: (lines) => broken('when nothing happens any more, all comes to rest (I5)', `still due: ${lines.slice(0, 5).join('; ')}`),
    atRest: () => {
      const world = worldOf();
      const policy = policyIn(world.api);
      if (policy === undefined) return;
      const { status } = policy;
      if (status?.rollout === undefined) return broken('what stands is recorded (I5)', 'nothing was ever recorded');
      const text = sourceText(world.api);
      const quarantined = (status.quarantined ?? []).map(({ revision }) => revision);
      const known = [status.stableRevision, status.candidateRevision, status.undone, ...quarantined];
      // It waits for the rollout, or for the way back, that is under way.
      const isNext = (revision: string) => new RegExp(`; ${revision} comes (next|after it)\\b`).test(status.because ?? '');
      const isSaid = (revision: string) => known.includes(revision) || isNext(revision);
      const isAnswered = text === null || isSaid(revisionFor(text).name) || status.phase === 'Paused';
      check('every edit is answered (I5)', isAnswered, () => `the source says ${text}; ${status.phase}: ${status.because}`);
      check('a reason is stated (I5)', (status.because ?? '') !== '', () => `${status.phase} without a reason`);
      for (const pod of world.pods.values()) if (pod.app.startedAt !== null && pod.sidecar !== null && !pod.stopped) settled(pod, status);
    },
  };

  function settled(pod: Pod, { stableRevision, candidateRevision, phase, because }: ReloadPolicyStatus): void {
    const { name, uid, disk, app, sidecar } = pod;
    const journal = sidecar?.driver.member().journal;
    if (stableRevision === undefined || !journal) return;
    const wanted = [contentOf(stableRevision), contentOf(candidateRevision)];
    const report = worldOf().leader?.roster.report(uid);
    const isAside = !wanted.includes(disk.inPlace);
    const refuses = [journal.refused, report?.refused].some((it) => wanted.includes(it?.content ?? ''));
    // A failure is said before who has not caught up.
    const isNamed =
      candidateRevision !== undefined ||
      phase === 'Paused' ||
      phase === 'Degraded' ||
      (because?.includes(name) ?? false) ||
      (because?.includes('more') ?? false);
    check(
      'every live member is on candidate or on stable (I5)',
      !isAside || refuses || isNamed,
      () => `${name} has ${textOf(disk.inPlace)}`,
    );
    check('a reason is stated (I5)', !isAside || phase !== 'Healthy', () => `${name} is elsewhere, and the policy is Healthy: ${because}`);
    check('no try is left open (I5)', journal.try === null, () => `${name} is at ${journal.try?.step}`);
    const isSure = app.alive && !journal.unsure && disk.inPlace !== null;
    check(
      'the app runs its files (I5)',
      !isSure || app.runs === textOf(disk.inPlace),
      () => `${name} runs ${app.runs}, and has ${textOf(disk.inPlace)}`,
    );
    const isClaimed = worldOf().api.tables.policies.has('elder');
    check(
      'the leader waits for nobody who has answered (I5)',
      isClaimed || report === undefined || report.asked === null,
      () => `for ${name}, at ${report?.asked?.attempt}`,
    );
  }
}
