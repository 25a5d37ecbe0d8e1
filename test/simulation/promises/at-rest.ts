import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { revisionFor } from '../content.ts';
import type { Pod } from '../pod.ts';
import type { World } from '../world.ts';
import type { Judge } from './judge.ts';

/** Of where everything is when nothing happens any more. */
export function promisesAtRest({ world: worldOf, broken, check, textOf, contentOf }: Judge) {
  return { atRest, restless };

  function restless(lines: readonly string[]): void {
    broken('when nothing happens any more, all comes to rest (I5)', `still due: ${lines.slice(0, 5).join('; ')}`);
  }

  function atRest(): void {
    const world = worldOf();
    const { status, spec } = world.api.policy;
    if (status === undefined) return broken('every rollout ends (I5)', 'nothing was ever recorded');
    const waits = ['waiting for members: there are none', 'waiting: no member is connected', 'maxUnavailable is'];
    const isHeld = spec.paused || world.api.source.text === null || waits.some((why) => status.because?.startsWith(why));
    const isOver = status.candidateRevision === undefined && (status.rollout === 0 || status.outcome !== undefined);
    check('every rollout ends, unless it waits and says so (I5)', isOver || isHeld, () => `${status.phase}: ${status.because}`);
    const { text } = world.api.source;
    const known = [status.stableRevision, status.candidateRevision, ...(status.quarantined ?? []).map(({ revision }) => revision)];
    const isAnswered = text === null || spec.paused || known.includes(revisionFor(text).name);
    check('every edit is answered (I5)', isAnswered || isHeld, () => `the source says ${text}; ${status.phase}: ${status.because}`);
    check('a reason is stated (I5)', (status.because ?? '') !== '', () => `${status.phase} without a reason`);
    for (const pod of world.pods.values())
      if (pod.app.startedAt !== null && pod.sidecar !== null && !pod.frozen) settled(world, pod, status, isHeld);
  }

  function settled(
    { leader }: World,
    pod: Pod,
    { stableRevision, candidateRevision, phase, because }: ReloadPolicyStatus,
    isHeld: boolean,
  ): void {
    const { name, uid, disk, app, sidecar } = pod;
    const journal = sidecar?.driver.member().journal;
    if (stableRevision === undefined || !journal) return;
    const wanted = [contentOf(stableRevision), contentOf(candidateRevision)];
    const report = leader?.roster.report(uid);
    const isAside = !wanted.includes(disk.inPlace);
    const refuses = [journal.refused, report?.refused].some((it) => wanted.includes(it?.content ?? ''));
    const isNamed = isHeld || (because?.includes(name) ?? false);
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
    const knows = report?.running?.content ?? null;
    check(
      'the leader knows who runs what (I13)',
      knows === (journal.unsure ? null : disk.inPlace),
      () => `of ${name} it knows ${textOf(knows)}`,
    );
    check('the leader waits for nobody who has answered', report?.asked === null, () => `for ${name}, at ${report?.asked?.attempt}`);
  }
}
