import { isNews } from '../../operator/plan/news.ts';
import { plan } from '../../operator/plan/plan.ts';
import type { Assignment, Member, Plan, Policy, Situation } from '../../operator/plan/situation.ts';

/** A fleet in memory, with a clock that moves only when told, and sidecars that answer only when told. */
export type FakeFleet = Writable<Omit<Situation, 'fleet' | 'lastReload'>> & { readonly members: Map<string, Member> };

type Writable<T> = { -readonly [K in keyof T]: T[K] };

export const aPolicy = (changes: Partial<Policy> = {}): Policy => ({
  waves: [
    { upTo: 1, bakeMs: 30_000, approval: false, spread: null },
    { upTo: '50%', bakeMs: 30_000, approval: false, spread: null },
    { upTo: '100%', bakeMs: 30_000, approval: false, spread: null },
  ],
  timeoutMs: 20_000,
  retries: 0,
  restarts: 0,
  maxUnavailable: '100%',
  maxFailures: 0,
  paused: false,
  trigger: { quietMs: 0, maxWaitMs: 0, minIntervalMs: 0 },
  deadlineMs: 3_600_000,
  onFailure: 'Rollback',
  onNewRevision: 'Supersede',
  gates: [],
  ...changes,
});

export function aFleet(size: number, policy: Policy = aPolicy()): FakeFleet {
  const fleet: FakeFleet = {
    now: 1_000_000,
    leaderSince: 0,
    policy,
    source: { kind: 'present', revision: 'r1' },
    edited: null,
    progress: null,
    verbs: null,
    requests: [],
    freeze: null,
    window: { open: true, changesAt: null },
    rolling: null,
    budgets: [],
    measured: null,
    bootable: null,
    members: new Map(),
  };
  for (let i = 1; i <= size; i++) join(fleet, `pod-${i}`);
  return fleet;
}

export function join(fleet: FakeFleet, name: string, changes: Partial<Member> = {}): void {
  fleet.members.set(name, {
    uid: name,
    name,
    bornAt: fleet.now,
    managed: true,
    phase: 'running',
    ready: true,
    unreadySince: null,
    startedAt: [fleet.now],
    endedAt: [],
    topology: {},
    link: { kind: 'connected' },
    running: { revision: fleet.progress?.stable ?? null, at: fleet.now, proof: 'Booted' },
    asked: null,
    refused: null,
    ...changes,
  });
}

export function change(fleet: FakeFleet, name: string, changes: Partial<Member>): void {
  const member = fleet.members.get(name);
  if (member) fleet.members.set(name, { ...member, ...changes });
}

export function situationOf({ members, ...rest }: FakeFleet): Situation {
  return { ...rest, fleet: [...members.values()] };
}

/** One pass. Answers the plan, and those assignments that were said to a member. */
export function pass(fleet: FakeFleet): Plan & { news: Assignment[] } {
  const { now } = fleet;
  const next = plan(situationOf(fleet));
  fleet.progress = next.progress;
  const news = next.assignments.filter((assignment) => {
    const member = fleet.members.get(assignment.member);
    // The link keeps what it cannot say yet, and says it with the hello: also to one that this leader knows nothing of.
    return member !== undefined && member.link.kind !== 'away' && isNews(member, assignment);
  });
  for (const { member, revision, attempt } of news) {
    if (fleet.members.get(member)?.link.kind === 'connected') change(fleet, member, { asked: { revision, attempt, at: now } });
  }
  return { ...next, news };
}

export function askedMembers(fleet: FakeFleet): Member[] {
  return [...fleet.members.values()].filter(({ asked, link }) => asked !== null && link.kind === 'connected');
}

export function apply(fleet: FakeFleet, { name, asked }: Member): void {
  if (asked) change(fleet, name, { asked: null, refused: null, running: { revision: asked.revision, at: fleet.now, proof: 'Confirmed' } });
}

export function refuse(fleet: FakeFleet, { name, asked }: Member, because: string): void {
  if (asked) change(fleet, name, { asked: null, refused: { revision: asked.revision, attempt: asked.attempt, at: fleet.now, because } });
}

/** Another leader: it knows what status says, and nothing of the members until they report. */
export function takeOver(fleet: FakeFleet): Map<string, Member> {
  const truth = new Map(fleet.members);
  fleet.leaderSince = fleet.now;
  for (const name of truth.keys()) change(fleet, name, { link: { kind: 'unreported' }, running: null, asked: null, refused: null });
  return truth;
}
