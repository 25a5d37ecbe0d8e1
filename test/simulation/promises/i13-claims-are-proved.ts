import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { policyIn } from '../api.ts';
import type { Operator } from '../operator.ts';
import { isCalledBack, isLive } from './facts.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** I13: status never claims more than acks prove: Delivered is not Confirmed, and unknown is not passed (see I2). */
export function claimsAreProved({ world: worldOf, check, note, textOf, contentOf, revisionOf, said }: Judge): Partial<Hooks> {
  return {
    greets: ({ uid }, { running }) => {
      if (running !== null) said.add(`${uid} ${running.content}`).add(`${uid} ${running.content} ${running.proof}`);
    },
    acked: (pod, { outcome, content, revision }) => {
      note(`${pod.name} says of ${textOf(content)}: ${outcome.kind} ${outcome.kind === 'applied' ? outcome.proof : outcome.because}`);
      if (outcome.kind !== 'applied') return;
      said.add(`${pod.uid} ${content}`).add(`${pod.uid} ${content} ${outcome.proof}`);
      const { app } = pod;
      const runs = !app.alive || app.runs === textOf(content);
      check('a sidecar says applied only of what the app runs (I13)', runs, () => `${pod.name} runs ${app.runs}, and says ${revision}`);
    },
    recorded: (operator, { status: before = {} }, { status: after = {} }) => {
      counts(operator, after);
      const isReturned = after.outcome === 'RolledBack' || after.outcome === 'Aborted';
      if (isReturned && before.outcome === undefined && before.candidateRevision === undefined) returned(operator, after);
    },
    atRest: () => {
      const { pods, leader, api } = worldOf();
      if (policyIn(api) === undefined) return;
      for (const { name, uid, app, sidecar, stopped, disk } of pods.values()) {
        const journal = sidecar?.driver.member().journal;
        if (app.startedAt === null || journal === undefined || stopped) continue;
        const knows = leader?.roster.report(uid)?.running?.content ?? null;
        check(
          'the leader knows who runs what (I13)',
          knows === (journal.unsure ? null : disk.inPlace),
          () => `of ${name} it knows ${textOf(knows)}`,
        );
      }
    },
  };

  function counts({ observed }: Operator, { members, candidateRevision, stableRevision }: ReloadPolicyStatus): void {
    const content = contentOf(candidateRevision ?? stableRevision);
    if (members === undefined || content === null) return;
    const sayers = (proof: string) => observed.pods.filter(({ uid }) => said.has(`${uid} ${content}${proof}`)).length;
    const claim = 'status claims no more than acks prove (I13)';
    check(claim, members.applied <= sayers(''), () => `${members.applied} applied, ${sayers('')} said so`);
    check(claim, members.confirmed <= sayers(' Confirmed'), () => `${members.confirmed} confirmed, ${sayers(' Confirmed')} said so`);
  }

  /** Nobody who was asked is left elsewhere, as far as this leader can know. */
  function returned({ observed: { pods, reports } }: Operator, status: ReloadPolicyStatus): void {
    const { stableRevision } = status;
    if (stableRevision === undefined) return;
    const stable = contentOf(stableRevision);
    const left = pods.filter(isLive).filter(({ uid }) => {
      const report = reports.get(uid);
      // One that is away, and was not asked, is no matter of this rollout.
      if (report === undefined || (report.link.kind === 'away' && report.asked === null)) return false;
      // Nor is one that was passed over as stable went by.
      return report.asked !== null || (report.running?.content !== stable && isCalledBack(report, status, revisionOf));
    });
    check('rolled back means that all are back (I13)', left.length === 0, () => left.map(({ name }) => name).join(', '));
  }
}
