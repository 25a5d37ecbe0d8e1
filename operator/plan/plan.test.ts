import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  aFleet,
  aPolicy,
  apply,
  askedMembers,
  change,
  type FakeFleet,
  join,
  pass,
  refuse,
  situationOf,
  takeOver,
} from '../../test/support/fake-fleet.ts';
import { isNews } from './news.ts';
import { plan } from './plan.ts';
import { allowedUnavailable, reach } from './shares.ts';
import type { Policy, Share, Situation } from './situation.ts';

const share: fc.Arbitrary<Share> = fc.oneof(
  fc.integer({ min: 1, max: 9 }),
  fc.integer({ min: 1, max: 100 }).map((percent): Share => `${percent}%`),
);
const policy: fc.Arbitrary<Policy> = fc
  .record({
    waves: fc.array(
      fc.record({ upTo: share, bakeMs: fc.constantFrom(0, 30_000), approval: fc.constant(false), spread: fc.constant(null) }),
      { maxLength: 3 },
    ),
    retries: fc.integer({ min: 0, max: 2 }),
    maxUnavailable: share,
  })
  .map(({ waves, ...rest }) => aPolicy({ ...rest, waves: [...waves, { upTo: '100%', bakeMs: 30_000, approval: false, spread: null }] }));

/** What happens to a member, or to all: each is harmless in any order. */
const happening = fc.record({
  verb: fc.constantFrom('pass', 'apply', 'refuse', 'unready', 'ready', 'away', 'back', 'restart', 'join', 'edit', 'leader', 'tick'),
  n: fc.integer({ min: 1, max: 8 }),
});
type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** A fleet in the middle of whatever these happenings make of it. */
const situation: fc.Arbitrary<Situation> = fc
  .tuple(policy, fc.integer({ min: 0, max: 8 }), fc.array(happening, { maxLength: 40 }))
  .map(([given, size, happenings]) => {
    const fleet = aFleet(size, given);
    pass(fleet);
    for (const each of happenings) happen(fleet, each);
    return situationOf(fleet);
  });

test('the same situation gives the same plan, in whatever order its members are listed', () => {
  fc.assert(
    fc.property(situation, fc.infiniteStream(fc.nat()), (given, luck) => {
      const shuffled = given.fleet
        .map((member) => ({ member, rank: luck.next().value ?? 0 }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ member }) => member);
      assert.deepEqual(plan({ ...given, fleet: shuffled }), plan(given));
      assert.deepEqual(plan({ ...given, fleet: given.fleet.toReversed() }), plan(structuredClone(given)));
    }),
  );
});

test('a policy that is paused, or whose source is held, asks nobody new', () => {
  fc.assert(
    fc.property(situation, fc.boolean(), (given, isPaused) => {
      const held: Situation = isPaused
        ? { ...given, policy: { ...given.policy, paused: true } }
        : { ...given, source: { kind: 'held', because: 'it is gone' } };
      const { progress } = plan(held);
      assert.deepEqual(newlyAsked(held), []);
      assert.ok(progress.candidate === null || progress.candidate === given.progress?.candidate, 'and starts nothing');
    }),
    { numRuns: 5_000 },
  );
});

test('nobody is newly asked beyond the open wave, nor while more than maxUnavailable would be mid-reload or not Ready', () => {
  fc.assert(
    fc.property(situation, (given) => {
      const { progress, assignments } = plan(given);
      const asked = newlyAsked(given);
      if (asked.length === 0) return;
      const live = given.fleet.filter(({ phase }) => phase === 'running').length;
      const upTo = given.policy.waves[progress.wave]?.upTo ?? 0;
      const holders = assignments.filter(({ revision }) => revision === progress.candidate).length;
      assert.ok(holders <= reach(upTo, live), `${holders} of ${live} in a wave of ${upTo}`);
      // Where nobody is Ready, to ask makes nobody unavailable (docs/decisions/0010).
      const isBroken = given.fleet.every(({ ready }) => !ready);
      const unready = isBroken ? 0 : given.fleet.filter(({ ready, uid }) => !ready && !asked.includes(uid)).length;
      assert.ok(unready + asked.length <= allowedUnavailable(given.policy.maxUnavailable, live));
    }),
    { numRuns: 5_000 },
  );
});

test('when every member answers, every rollout ends', () => {
  fc.assert(
    fc.property(policy, fc.integer({ min: 1, max: 12 }), fc.boolean(), (given, size, isGood) => {
      const fleet = aFleet(size, given);
      pass(fleet);
      answer(fleet, () => true);
      fleet.source = { kind: 'present', revision: 'r2' };
      answer(fleet, (revision) => isGood || revision === 'r1');
      assert.equal(fleet.progress?.outcome, isGood ? 'Succeeded' : 'RolledBack');
      const everywhere = [...fleet.members.values()].map(({ running }) => running?.revision);
      assert.deepEqual([...new Set(everywhere)], [isGood ? 'r2' : 'r1']);
    }),
  );
});

test('a revision that every member refuses reaches only the canary', () => {
  fc.assert(
    fc.property(policy, fc.integer({ min: 1, max: 12 }), (given, size) => {
      const fleet = aFleet(size, given);
      pass(fleet);
      answer(fleet, () => true);
      fleet.source = { kind: 'present', revision: 'r2' };
      const touched = answer(fleet, (revision) => revision !== 'r2');
      assert.ok(touched.size <= reach(given.waves[0]?.upTo ?? 0, size), `${touched.size} of ${size}`);
    }),
  );
});

/** Members to which the candidate is news, by uid. */
function newlyAsked(given: Situation): readonly string[] {
  const { progress, assignments } = plan(given);
  const members = new Map(given.fleet.map((member) => [member.uid, member]));
  return assignments.flatMap((assignment) => {
    const member = members.get(assignment.uid);
    const holds = [member?.running?.revision, member?.asked?.revision, member?.refused?.revision].includes(assignment.revision);
    return member && assignment.revision === progress.candidate && !holds && isNews(member, assignment) ? [member.uid] : [];
  });
}

/** Passes and answers until nothing moves any more. Answers who was ever asked for r2. */
function answer(fleet: FakeFleet, takes: (revision: string) => boolean): ReadonlySet<string> {
  const touched = new Set<string>();
  for (let i = 0; i < 80; i++) {
    for (const { member, revision } of pass(fleet).news) if (revision === 'r2') touched.add(member);
    for (const member of askedMembers(fleet)) {
      if (takes(member.asked?.revision ?? '')) apply(fleet, member);
      else refuse(fleet, member, 'unknown key');
    }
    fleet.now += 30_000;
  }
  return touched;
}

function happen(fleet: FakeFleet, { verb, n }: Happening): void {
  const name = `pod-${n}`;
  const member = askedMembers(fleet).find((it) => it.name === name);
  switch (verb) {
    case 'pass':
      return void pass(fleet);
    case 'apply':
      return member && apply(fleet, member);
    case 'refuse':
      return member && refuse(fleet, member, 'unknown key');
    case 'unready':
    case 'ready':
      return change(fleet, name, { ready: verb === 'ready' });
    case 'away':
      return change(fleet, name, { link: { kind: 'away', since: fleet.now } });
    case 'back':
      return change(fleet, name, { link: { kind: 'connected' } });
    case 'restart':
      return change(fleet, name, { startedAt: [fleet.now] });
    case 'join':
      return fleet.members.has(name) ? undefined : join(fleet, name);
    case 'edit':
      fleet.source = { kind: 'present', revision: `r${n}` };
      return;
    case 'leader':
      return void takeOver(fleet);
    case 'tick':
      fleet.now += n * 5_000;
      return;
  }
}
