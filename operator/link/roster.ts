import type { Ack, Assign, Epoch, Hello } from '../../sidecar/protocol.ts';
import type { Pod } from './authenticate.ts';
import type { Clock } from './clock.ts';
import { type Counters, type Log, NO_COUNTERS } from './counters.ts';
import { compareEpochs, higherEpoch, isBelievable } from './epochs.ts';
import { isNews } from './news.ts';
import type { Ending } from './refusal.ts';
import { answered, greeted, isSameTry, left, type Report, stated, type Try } from './report.ts';
import { assertFits, type Session } from './session.ts';
import type { BytesOf } from './transfer.ts';

export type Assignment = Omit<Assign, 'type' | 'epoch'>;

export type RosterOptions = {
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly counters?: Pick<Counters, 'outranked'> | undefined;
  /** The pod has our sidecar. Only such a pod is believed to have seen a higher epoch than ours. Default: every pod has. */
  readonly isManaged?: ((uid: string) => boolean) | undefined;
  readonly onChange: (uid: string) => void;
  readonly onAck?: ((pod: Pod, ack: Ack) => void) | undefined;
};

/** What a stream tells its member. */
export type Told = { readonly hello: (hello: Hello) => void; readonly ack: (ack: Ack) => void; readonly left: () => void };

/** Who is to run what, and what each said last: one entry a pod, whether it is connected or not. Link says what its verbs promise. */
export type Roster = {
  readonly isLeading: () => boolean;
  readonly report: (uid: string) => Report | undefined;
  readonly assign: (uid: string, assignment: Assignment, bytes: BytesOf) => void;
  readonly withdraw: (uid: string) => void;
  readonly forget: (uid: string) => void;
  readonly lead: (transitions: number) => void;
  readonly follow: () => void;
  readonly highestEpoch: () => Epoch | null;
  readonly outrankedBy: () => Epoch | null;
  readonly trust: (pem: string) => void;
  /** A stream of that pod; a second one takes the first one's place. */
  readonly welcome: (pod: Pod, open: (told: Told) => Session) => void;
};

type Member = {
  report: Report | undefined;
  session: Session | null;
  /** The highest epoch that its sidecar has seen. */
  seen: Epoch | null;
  /** What it should run, and the epoch at which that was stated first. */
  assigned: { readonly assignment: Assignment; readonly bytes: BytesOf; since: Epoch | null } | null;
  /** A try that was sent and whose ack has not come, though a hello may have told how it went. */
  unanswered: Try | null;
};

export function roster({ clock, log, counters = NO_COUNTERS, isManaged = () => true, onChange, onAck }: RosterOptions): Roster {
  const members = new Map<string, Member>();
  let epoch: Epoch | null = null;
  let highest: Epoch | null = null;
  let ca: string | null = null;
  /** What was found to fit last. */
  let fitting: Assignment | null = null;

  const memberOf = (uid: string): Member => {
    const known = members.get(uid);
    if (known) return known;
    const fresh: Member = { report: undefined, session: null, seen: null, assigned: null, unanswered: null };
    members.set(uid, fresh);
    return fresh;
  };

  /** What was said under our own Lease is never above what we said last. */
  const isOutranked = (seen: Epoch | null) => epoch !== null && seen !== null && compareEpochs(seen, epoch) > 0;

  /** Once per stream and try. A sidecar has nothing to do for a repetition, but refuses from then on what an earlier leader says. */
  const state = (member: Member): boolean => {
    const { session, report, assigned } = member;
    if (!epoch || !session?.isGreeted() || !report || !assigned) return false;
    const said = session.stated();
    if (said && said.epoch[0] === epoch[0] && (isSameTry(said, assigned.assignment) || isAtRest(report, said, assigned.assignment)))
      return false;

    // Its sidecar would refuse it: nothing goes out until the Lease is raised.
    if (isOutranked(member.seen)) return false;
    epoch = [epoch[0], epoch[1] + 1];
    const assign: Assign = { type: 'assign', epoch, ...assigned.assignment };
    if (!session.state(assign, assigned.since ?? epoch, assigned.bytes)) return false;
    assigned.since ??= epoch;
    member.report = stated(report, assign, clock.now());
    if (member.report.asked) member.unanswered = member.report.asked;
    return member.report !== report;
  };

  const greet = (pod: Pod, member: Member, hello: Hello) => {
    const { namespace, name } = pod;
    const before = member.report;
    member.report = greeted(member.report, hello, clock.now());
    const isNew = isNews(before, member.report);
    if (isNew) log.info({ namespace, member: name, revision: hello.running?.revision ?? null, sidecar: hello.sidecar }, 'member connected');
    const outranks = hearEpoch(pod, member, hello.epoch, 'hello');
    if (ca !== null) member.session?.trust(ca);
    if (state(member) || isNew || outranks) onChange(pod.uid);
  };

  /** True where it is above ours: another leader has spoken to that member, or it lies. */
  const hearEpoch = ({ uid, namespace, name }: Pod, member: Member, seen: Epoch | null, by: 'hello' | 'ack'): boolean => {
    member.seen = seen;
    const isBelieved = isManaged(uid) && isBelievable(seen, epoch);
    if (isBelieved) highest = higherEpoch(highest, seen);
    if (!isOutranked(seen)) return false;
    const what = isBelieved
      ? 'it is told nothing until the Lease is raised'
      : 'it is not believed, and told nothing until ours is above that. If the Lease was deleted, set its leaseTransitions above that number';
    log.warn({ namespace, member: name, seen, epoch }, `member has seen a higher epoch than ours: ${what}`);
    counters.outranked(by);
    return true;
  };

  const settle = (pod: Pod, member: Member, ack: Ack) => {
    const before = member.report;
    if (!before) return;
    const seen = ack.outcome.kind === 'refused' ? ack.outcome.seen : undefined;
    // It tried nothing, so that this says nothing of the revision: it is asked again when the Lease is raised.
    if (seen) {
      hearEpoch(pod, member, seen, 'ack');
      return onChange(pod.uid);
    }
    member.report = answered(before, ack, clock.now());
    const wasAwaited = member.unanswered !== null && isSameTry(member.unanswered, ack);
    const isNews = member.report !== before;
    if (wasAwaited) member.unanswered = null;
    if (wasAwaited || isNews) {
      tell(log, pod, ack);
      onAck?.(pod, ack);
    }
    if (isNews) onChange(pod.uid);
  };

  const leave = (pod: Pod, member: Member) => {
    member.session = null;
    if (!member.report) return;
    member.report = left(member.report, clock.now());
    log.info({ namespace: pod.namespace, member: pod.name }, 'member away');
    onChange(pod.uid);
  };

  /** Its end is our doing: nobody is told that the member is away. */
  const dismiss = (member: Member | undefined, ending: Ending) => {
    const session = member?.session;
    if (member) member.session = null;
    session?.end(ending);
  };

  return {
    isLeading: () => epoch !== null,
    report: (uid) => members.get(uid)?.report,
    assign: (uid, assignment, bytes) => {
      const member = memberOf(uid);
      const known = member.assigned;
      const isSame = known !== null && isSameTry(known.assignment, assignment);
      // The same files to ten thousand members are measured once.
      if (!isSame && !isLike(assignment, fitting)) {
        assertFits({ type: 'assign', epoch: [0, 0], ...assignment });
        fitting = assignment;
      }
      member.assigned = { assignment, bytes, since: isSame ? known.since : null };
      if (state(member)) onChange(uid);
    },
    withdraw: (uid) => {
      const member = members.get(uid);
      if (member) member.assigned = null;
    },
    forget: (uid) => {
      const member = members.get(uid);
      members.delete(uid);
      dismiss(member, 'forgotten');
    },
    lead: (transitions) => {
      if (epoch === null) members.clear();
      epoch = [transitions, 0];
      // What was too far above ours to be believed may be near by now.
      for (const [uid, { seen }] of members) if (isManaged(uid) && isBelievable(seen, epoch)) highest = higherEpoch(highest, seen);
      for (const [uid, member] of members) if (state(member)) onChange(uid);
    },
    follow: () => {
      epoch = null;
      const known = [...members.values()];
      members.clear();
      for (const member of known) dismiss(member, 'not_leader');
    },
    highestEpoch: () => highest,
    outrankedBy: () => (isOutranked(highest) ? highest : null),
    trust: (pem) => {
      ca = pem;
      for (const { session } of members.values()) if (session?.isGreeted()) session.trust(pem);
    },
    welcome: (pod, open) => {
      const member = memberOf(pod.uid);
      dismiss(member, 'replaced');
      const session = open({
        hello: (hello) => greet(pod, member, hello),
        ack: (ack) => settle(pod, member, ack),
        left: () => {
          if (member.session === session) leave(pod, member);
        },
      });
      member.session = session;
    },
  };
}

/** As long as the other one, but for what is short anyway. */
function isLike({ files, handle }: Assignment, other: Assignment | null): boolean {
  return files === other?.files && handle === other.handle;
}

/** It runs what it was told on this stream, and another attempt's name for the same is no news: a rollout's start is told to its canary alone. */
function isAtRest({ running, asked, refused }: Report, said: Assign, assignment: Assignment): boolean {
  return asked === null && refused === null && running?.content === assignment.content && said.content === assignment.content;
}

/** `firedAt` is the member's clock, for reports only. */
function tell(log: Log, { namespace, name }: Pod, { revision, attempt, outcome, firedAt, tookMs }: Ack): void {
  const fields = { namespace, member: name, revision, attempt, firedAt, tookMs };
  switch (outcome.kind) {
    case 'applied':
      return log.info({ ...fields, proof: outcome.proof }, 'member applied');
    case 'refused':
      return log.warn({ ...fields, because: outcome.because }, 'member refused');
  }
}
