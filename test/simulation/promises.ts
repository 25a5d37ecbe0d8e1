import type { ReloadPolicyStatus } from '../../crds/reload-policy-status.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { millis } from '../../crds/duration.ts';
import { type Share, shareOf } from '../../crds/share.ts';
import type { Pod as KubePod } from '../../operator/kube/pods.ts';
import { compareEpochs } from '../../operator/link/epochs.ts';
import { type Report, stated } from '../../operator/link/report.ts';
import type { Assignment } from '../../operator/link/roster.ts';
import { ANSWER_MS, REPORT_MS } from '../../operator/plan/fleet.ts';
import { allowedFailures, allowedUnavailable, reach } from '../../operator/plan/shares.ts';
import type { Journal } from '../../sidecar/journal.ts';
import type { Ack, Assign, Hello } from '../../sidecar/protocol.ts';
import { revisionFor, temperOf } from './content.ts';
import type { Operator } from './operator.ts';
import type { Pod } from './pod.ts';
import type { World } from './world.ts';

/** Told of everything as it happens; says which promise is broken by it. */
export type Promises = ReturnType<typeof openPromises>;

export class Broken extends Error {
  override readonly name = 'Broken';
  readonly promise: string;
  constructor(promise: string, fact: string) {
    super(`${promise}: ${fact}`);
    this.promise = promise;
  }
}

/** Apps neither take them nor start with them. */
const NEVER_PASS = ['bad', 'crash'];
const MAX_STATUS_BYTES = 16 * 1024;

export function openPromises(worldOf: () => World) {
  const effects = new Map<string, number>();
  /** Of each sidecar, the last frames. */
  const frames = new Map<string, readonly Assign[]>();
  /** `UID CONTENT` and `UID CONTENT PROOF` of all that sidecars ever said of themselves. */
  const said = new Set<string>();
  /** What each app was proved to run, and has been told nothing since. */
  const proved = new Map<string, string>();

  const broken = (promise: string, fact: string) => worldOf().failed(new Broken(promise, fact));
  const check = (promise: string, holds: boolean, fact: () => string) => {
    if (!holds) broken(promise, fact());
  };

  return {
    passes,
    assigns,
    sends,
    recorded,
    wrote,
    heard,
    received,
    acked,
    greets,
    told,
    atRest,
    restless,
    heardBy,
    effects: () => sum(effects),
  };

  // The operator.

  function passes(operator: Operator): void {
    operator.stated.clear();
    operator.asked.clear();
  }

  /** One pass names a revision for one member. */
  function assigns(operator: Operator, { revision }: Pick<Assignment, 'revision'>): void {
    operator.stated.add(revision);
    check('at most two revisions are alive', operator.stated.size <= 2, () => `one pass assigns ${[...operator.stated].join(', ')}`);
    check('what is assigned is kept as an object (I8)', worldOf().api.kept.has(revision), () => `${revision} is not kept`);
  }

  /** A frame is about to leave for a member. */
  function sends(operator: Operator, pod: Pod, assign: Assign): void {
    note(`${pod.name} <- ${textOf(assign.content)} (${assign.attempt})`);
    const report = operator.roster.report(pod.uid);
    const { status } = operator.observed.policy;
    if (report === undefined || status === undefined)
      return broken('recorded before published (I2)', `${pod.name} is assigned ${assign.revision}`);

    const isAsk = stated(report, assign, 0).asked !== report.asked;
    const isNew = isAsk && !holds(report, assign.content);
    const isForward = assign.revision === status.candidateRevision;
    if (isNew) {
      const named = [status.candidateRevision, status.stableRevision].includes(assign.revision);
      check('recorded before published (I2)', named, () => `${pod.name} is newly assigned ${assign.revision}, which status does not name`);
      const isBack = status.candidateRevision === undefined && status.outcome !== 'Succeeded' && (status.rollout ?? 0) > 0;
      const series = `${status.rollout}.${isBack ? 'r' : ''}`;
      // What was in flight as the pass looked keeps its name.
      const isInFlight = operator.observed.reports.get(pod.uid)?.asked?.content === assign.content;
      const isOwn = isInFlight || (assign.attempt.startsWith(series) && /^[0-9]+$/.test(assign.attempt.slice(series.length)));
      check('a try is named for its rollout, and one on the way back for that', isOwn, () => `${assign.attempt} in ${series}`);
      const failed = status.quarantined?.some(({ revision }) => revision === assign.revision) && assign.revision !== status.stableRevision;
      check('what failed a gate is newly assigned to nobody', !failed, () => `${pod.name} is assigned ${assign.revision}`);
    }
    // One that has lost the Lease without noticing cannot know what the new leader asked for: the sidecars' epochs stop it.
    // Nor does a hello wait for the pass under way: what it hears is of the pass before.
    const isLate = !operator.isPublishing && (operator.isPassing || operator.isTouched);
    if (isForward && isAsk && operator.leads && !isLate) forward(operator, pod, assign, status);
    // What it runs anyway costs it nothing.
    if (isAsk && !isLate && report.running?.content !== assign.content) operator.asked.set(pod.uid, assign.content);
  }

  function forward(operator: Operator, pod: Pod, assign: Assign, status: ReloadPolicyStatus): void {
    const { policy, pods, reports, at } = operator.observed;
    const before = reports.get(pod.uid);
    const isNew = !holds(before, assign.content);
    const isAgain = before?.asked === null && before.refused?.content === assign.content && before.refused.attempt !== assign.attempt;
    const { maxUnavailable, paused, handle } = policy.spec;
    const live = pods.filter(isLive);
    check('a paused policy asks nobody new', !paused || !isNew, () => `${pod.name} is assigned ${assign.revision}`);

    const patienceMs = millis(handle.timeout) + ANSWER_MS;
    const mayHold = at < operator.since + Math.max(patienceMs, REPORT_MS);
    const held = live.filter(({ uid }) => {
      const report = reports.get(uid);
      return uid === pod.uid || operator.asked.get(uid) === assign.content || (report ? holds(report, assign.content) : mayHold);
    });
    const upTo = openUpTo(status);
    check(
      'a candidate is never newly assigned beyond the open wave (I1, I2)',
      !isNew || held.length <= reach(upTo, live.length),
      () => `${pod.name} is the ${held.length}th of ${live.length} for ${assign.revision} in a wave of ${upTo}`,
    );
    // One that is not Ready is unavailable as it is: it is asked in spite of others that are not.
    const isReady = (uid: string) => live.find((it) => it.uid === uid)?.containers.every(({ ready }) => ready) ?? false;
    const away = live.filter(({ uid }) => {
      const asked = reports.get(uid)?.asked ?? null;
      // Who was away then, and is back by now, could not be counted.
      const isAsked = operator.asked.has(uid) && reports.get(uid)?.link.kind === 'connected';
      return uid === pod.uid || isAsked || (asked !== null && at < asked.at + patienceMs) || (isReady(pod.uid) && !isReady(uid));
    });
    check(
      'members mid-reload and not Ready never exceed maxUnavailable (I1)',
      !(isNew || isAgain) || away.length <= allowedUnavailable(maxUnavailable, live.length),
      () => `${pod.name} is asked as number ${away.length} of ${live.length}, and maxUnavailable is ${maxUnavailable}`,
    );
  }

  /** The API server took a status. */
  function recorded(operator: Operator, before: ReloadPolicyStatus | undefined, { status: after }: ReloadPolicy): void {
    if (after === undefined) return;
    const alive = `stable ${textOf(contentOf(after.stableRevision))}, candidate ${textOf(contentOf(after.candidateRevision))}`;
    note(
      `recorded: ${alive}, rollout ${after.rollout}, wave ${after.wave}, ${after.outcome ?? 'no outcome'}; ${after.phase}: ${after.because}`,
    );
    check(
      'a lower epoch never overwrites a higher one',
      (after.epoch ?? 0) >= (before?.epoch ?? 0),
      () => `${after.epoch} after ${before?.epoch}`,
    );
    const bytes = JSON.stringify(after).length;
    check('status stays under 16 KiB', bytes < MAX_STATUS_BYTES, () => `${bytes} bytes`);
    counts(operator, after);
    rollouts(operator, before ?? {}, after);
    const lost = (before?.quarantined ?? []).filter(({ revision }) => !after.quarantined?.some((it) => it.revision === revision));
    check('quarantine forgets nothing before it is full', lost.length === 0 || after.quarantined?.length === 20, () =>
      JSON.stringify(lost),
    );
  }

  function counts({ observed }: Operator, status: ReloadPolicyStatus): void {
    const { members } = status;
    const content = contentOf(status.candidateRevision ?? status.stableRevision);
    if (members === undefined || content === null) return;
    const sayers = (proof: string) => observed.pods.filter(({ uid }) => said.has(`${uid} ${content}${proof}`)).length;
    check(
      'status claims no more than acks prove (I13)',
      members.applied <= sayers(''),
      () => `${members.applied} applied, ${sayers('')} said so`,
    );
    const proofs = sayers(' Confirmed');
    check(
      'status claims no more than acks prove (I13)',
      members.confirmed <= proofs,
      () => `${members.confirmed} confirmed, ${proofs} said so`,
    );
  }

  function rollouts(operator: Operator, before: ReloadPolicyStatus, after: ReloadPolicyStatus): void {
    const rollout = before.rollout ?? 0;
    const candidate = after.candidateRevision;
    if ((after.rollout ?? 0) > rollout) {
      check(
        'rollouts and waves are not skipped',
        after.rollout === rollout + 1 && after.wave === 1,
        () => `${rollout} to ${after.rollout}`,
      );
      const failed = before.quarantined?.some(({ revision }) => revision === candidate);
      check('what failed a gate is newly assigned to nobody', !failed, () => `${candidate} is a candidate again`);
      check('a paused policy starts nothing', !operator.observed.policy.spec.paused, () => `${candidate} is a candidate`);
      return;
    }
    const isSuccess = after.outcome === 'Succeeded' && before.outcome !== 'Succeeded';
    const isOpening = candidate !== undefined && (after.wave ?? 0) > (before.wave ?? 0);
    if (isOpening || isSuccess) passed(operator, before, after);
    if (after.outcome === 'RolledBack' && before.outcome === undefined) returned(operator, after);
    if (after.stableRevision === before.stableRevision || before.stableRevision === undefined) return;
    check(
      'stable is what passed its last gate',
      isSuccess && after.stableRevision === before.candidateRevision,
      () => `${after.stableRevision}`,
    );
  }

  /** A wave's gate has passed, and that is recorded together with what it opens. */
  function passed({ observed }: Operator, before: ReloadPolicyStatus, after: ReloadPolicyStatus): void {
    const { policy, pods, reports, at } = observed;
    const { waves, maxFailures } = policy.spec;
    const wave = before.wave ?? 0;
    const upTo = openUpTo(before);
    const isOpening = after.outcome !== 'Succeeded';
    check('rollouts and waves are not skipped', !isOpening || after.wave === wave + 1, () => `wave ${wave} to ${after.wave}`);
    check('rollouts and waves are not skipped', isOpening || upTo === '100%', () => `it ended in a wave of ${upTo}`);
    const bakeMs = millis((waves.find((it) => it.upTo === upTo) ?? waves.at(-1))?.bake ?? '0s');
    const since = before.bakeStartedAt === undefined ? at : Date.parse(before.bakeStartedAt);
    check('a wave opens only when the bake is over (I2)', at - since >= bakeMs, () => `${at - since} ms of ${bakeMs}`);

    const content = contentOf(before.candidateRevision) ?? '';
    const live = pods.filter(isLive);
    const asked = live.filter(({ uid }) => holds(reports.get(uid), content));
    const good = asked.filter(({ uid, containers }) => {
      const report = reports.get(uid);
      return (
        report?.link.kind === 'connected' &&
        report.asked === null &&
        report.running?.content === content &&
        containers.every(({ ready }) => ready)
      );
    });
    const bad = asked.length - good.length;
    const allowed = allowedFailures(maxFailures, live.length);
    check(
      'unknown is not passed (I13)',
      good.length > 0 && bad <= allowed,
      () => `${bad} of ${asked.length} are not on it, and ${allowed} may fail`,
    );
    const temper = temperOf(textOf(content));
    check(
      'a revision that every app refuses gets no further than the first wave',
      !NEVER_PASS.includes(temper),
      () => `${temper} passed wave ${wave}`,
    );
  }

  /** Nobody who was asked is left elsewhere, as far as this leader can know. */
  function returned({ observed: { pods, reports } }: Operator, { stableRevision }: ReloadPolicyStatus): void {
    const stable = contentOf(stableRevision);
    const left = pods.filter(isLive).filter(({ uid }) => {
      const report = reports.get(uid);
      // One that is away, and was not asked, is no matter of this rollout.
      if (report === undefined || (report.link.kind === 'away' && report.asked === null)) return false;
      return report.running?.content !== stable || report.asked !== null;
    });
    check('rolled back means that all are back (I13)', left.length === 0, () => left.map(({ name }) => name).join(', '));
  }

  // The sidecar.

  function wrote(pod: Pod, { epoch }: Journal): void {
    const before = pod.disk.journal === null ? null : (JSON.parse(pod.disk.journal) as Journal).epoch;
    check(
      'a sidecar never forgets an epoch (I3)',
      before === null || (epoch !== null && compareEpochs(epoch, before) >= 0),
      () => `${before?.join('.')} then ${epoch?.join('.')}`,
    );
  }

  function heard(pod: Pod, assign: Assign, journal: string | null): void {
    const { epoch, revision } = assign;
    frames.set(pod.uid, [...heardBy(pod), assign].slice(-20));
    const seen = journal === null ? null : (JSON.parse(journal) as Journal).epoch;
    if (seen === null || compareEpochs(epoch, seen) >= 0) return;
    check(
      'a lower epoch is never applied (I3)',
      pod.disk.journal === journal,
      () => `${pod.name} saw ${seen?.join('.')}, and heeds ${revision} of ${epoch.join('.')}`,
    );
  }

  function received(pod: Pod, isRight: boolean): void {
    check('a file is never taken for another (I4)', isRight, () => `${pod.name} was sent other bytes than it wants`);
  }

  function greets({ uid }: Pod, { running }: Hello): void {
    if (running === null) return;
    said.add(`${uid} ${running.content}`).add(`${uid} ${running.content} ${running.proof}`);
  }

  function acked(pod: Pod, { outcome, content, revision }: Ack): void {
    note(`${pod.name} says of ${textOf(content)}: ${outcome.kind} ${outcome.kind === 'applied' ? outcome.proof : outcome.because}`);
    if (outcome.kind !== 'applied') return;
    said.add(`${pod.uid} ${content}`).add(`${pod.uid} ${content} ${outcome.proof}`);
    const { app, disk } = pod;
    check('a sidecar says applied only of what is in place', disk.inPlace === content, () => `${pod.name} and ${revision}`);
    const runs = !app.alive || app.runs === textOf(content);
    check('a sidecar says applied only of what the app runs (I13)', runs, () => `${pod.name} runs ${app.runs}, and says ${revision}`);
    proved.set(pod.uid, content);
  }

  /** The app's handle is fired: the one effect that there is. A refusal fires it once more, for what was there before. */
  function told(pod: Pod, assign: Assign, inPlace: string): void {
    const journal = pod.sidecar?.driver.member().journal;
    const isForward = journal?.try?.step === 'fire';
    note(`${pod.name} is told of ${textOf(inPlace)} by ${assign.attempt}`);
    const key = `${pod.uid} ${assign.content} ${assign.attempt} ${isForward ? 'forward' : 'back'}`;
    effects.set(key, (effects.get(key) ?? 0) + 1);
    check(
      'one try has at most one effect (I11)',
      effects.get(key) === 1,
      () => `${pod.name}, ${textOf(assign.content)}, ${assign.attempt}`,
    );
    check(
      'the files in place are those that the app is told of',
      !isForward || inPlace === assign.content,
      () => `${pod.name} has ${textOf(inPlace)}`,
    );
    const isSame = isForward && proved.get(pod.uid) === inPlace && !journal.unsure;
    check('equal bytes cause no signal (I6)', !isSame, () => `${pod.name} is told of ${textOf(inPlace)}, which it runs`);
    proved.delete(pod.uid);
  }

  function heardBy({ uid }: Pod): readonly Assign[] {
    return frames.get(uid) ?? [];
  }

  // When nothing happens any more.

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

  function note(line: string): void {
    worldOf().told.push(`  ${line}`);
  }

  function textOf(content: string | null): string {
    return content === null ? 'none' : worldOf().textOf(content);
  }

  function contentOf(revision: string | undefined): string | null {
    return worldOf().api.kept.get(revision ?? '')?.content ?? null;
  }
}

/** How far the open wave reaches, as it was recorded at its opening. */
function openUpTo({ waves }: ReloadPolicyStatus): Share {
  return shareOf(waves?.at(-1)?.upTo ?? '1') ?? 1;
}

function holds(report: Report | undefined, content: string): boolean {
  return [report?.running?.content, report?.asked?.content, report?.refused?.content].includes(content);
}

function isLive({ managed, phase }: KubePod): boolean {
  return managed && phase === 'Running';
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}
