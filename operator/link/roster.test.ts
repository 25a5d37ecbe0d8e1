import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ack, Assign, Epoch, Hello } from '../../sidecar/protocol.ts';
import { type Assignment, roster, type Told } from './roster.ts';
import type { Session } from './session.ts';
import { aHello, anAssignment, aPod } from './testing/a-link.ts';
import { turnedClock } from './testing/turned-clock.ts';

const r1 = anAssignment('r1', { conf: 'one' }, { attempt: '1.1' });
const r2 = anAssignment('r2', { conf: 'two' }, { attempt: '2.1' });

test('an assignment is sent once, however often it is said', () => {
  const { members, connect } = aRoster();
  const stream = connect('1');
  for (let i = 0; i < 3; i++) members.assign('1', r1, bytes);
  members.assign('1', { ...r1, containerId: 'another' }, bytes);
  assert.deepEqual(stream.sent, ['r1 at 5.1']);
});

test('another revision, attempt or content is sent, with a higher epoch', () => {
  const { members, connect } = aRoster();
  const stream = connect('1');
  members.assign('1', r1, bytes);
  members.assign('1', r2, bytes);
  members.assign('1', { ...r2, attempt: '2.2' }, bytes);
  members.assign('1', { ...r2, content: r1.content, attempt: '2.2' }, bytes);
  assert.deepEqual(stream.sent, ['r1 at 5.1', 'r2 at 5.2', 'r2 at 5.3', 'r2 at 5.4']);
});

test('a pod that connects later is told what it should run, after its hello', () => {
  const { members, connect } = aRoster();
  members.assign('1', r1, bytes);
  const stream = connect('1', null);
  assert.deepEqual(stream.sent, []);
  stream.told.hello(aHello());
  assert.deepEqual(stream.sent, ['r1 at 5.1']);
  assert.equal(members.report('1')?.asked?.revision, 'r1');
});

test('a second stream is told nothing before its own hello', () => {
  const { members, connect } = aRoster();
  connect('1');
  const second = connect('1', null);
  members.assign('1', r1, bytes);
  assert.deepEqual(second.sent, []);
});

test('what was in flight is sent again on the next stream, and its ack counts from the first time on', () => {
  const { members, connect, clock } = aRoster();
  const first = connect('1');
  members.assign('1', r1, bytes);
  const { at } = members.report('1')?.asked ?? {};
  first.leave();
  assert.deepEqual(members.report('1')?.link, { kind: 'away', since: clock.now() });
  clock.turn(1_000);
  const second = connect('1', { epoch: [5, 1] });
  assert.deepEqual(second.sent, ['r1 at 5.2']);
  assert.deepEqual(second.since, [5, 1]);
  assert.equal(members.report('1')?.asked?.at, at);
});

test('a member that is told what it runs already is not waited for', () => {
  const { members, connect, acks, changed } = aRoster();
  const stream = connect('1', { running: { content: r1.content, revision: 'r1', proof: 'Confirmed', agoMs: 60_000 } });
  members.assign('1', r1, bytes);
  assert.deepEqual(stream.sent, ['r1 at 5.1'], 'from now on it refuses what the leader before says');
  const report = members.report('1');
  assert.equal(report?.asked, null);
  changed.length = 0;
  stream.ack(r1, { kind: 'applied', proof: 'Confirmed', agoMs: 60_000 });
  assert.equal(members.report('1'), report);
  assert.deepEqual(acks, []);
  assert.deepEqual(changed, []);
});

test('an ack is told once, be it that the hello before it said the same', () => {
  const { members, connect, acks, logged } = aRoster();
  connect('1');
  members.assign('1', r1, bytes);
  const second = connect('1', { running: { content: r1.content, revision: 'r1', proof: 'Confirmed', agoMs: 0 } });
  assert.equal(members.report('1')?.asked, null);
  second.ack(r1, { kind: 'applied', proof: 'Confirmed', agoMs: 0 });
  second.ack(r1, { kind: 'applied', proof: 'Confirmed', agoMs: 0 });
  assert.deepEqual(acks, ['1 r1 applied']);
  assert.deepEqual(logged.at(-1), {
    message: 'member applied',
    fields: { namespace: 'shop', member: 'web-1', revision: 'r1', attempt: '1.1', firedAt: 17, tookMs: 20, proof: 'Confirmed' },
  });
});

test('a refusal is told with what the app answered', () => {
  const { members, connect, logged } = aRoster();
  const stream = connect('1');
  members.assign('1', r1, bytes);
  stream.ack(r1, { kind: 'refused', because: 'unknown key "timeot"', agoMs: 0 });
  assert.equal(members.report('1')?.refused?.because, 'unknown key "timeot"');
  assert.equal(logged.at(-1)?.message, 'member refused');
});

test('neither digests nor tokens are logged', () => {
  const { members, connect, logged } = aRoster();
  const stream = connect('1', { running: { content: r2.content, revision: 'r2', proof: 'Confirmed', agoMs: 0 } });
  members.assign('1', r1, bytes);
  stream.ack(r1, { kind: 'applied', proof: 'Confirmed', agoMs: 0 });
  stream.leave();
  const text = JSON.stringify(logged);
  for (const digest of [r1.content, r2.content, r1.files[0]?.sha256 ?? '?']) assert.ok(!text.includes(digest));
  assert.equal(logged.length, 3);
});

test('a member that has seen a higher epoch is assigned nothing until the Lease is raised above it', () => {
  const { members, connect, counted } = aRoster();
  const stream = connect('1', { epoch: [9, 4] });
  members.assign('1', r1, bytes);
  assert.deepEqual([stream.sent, counted], [[], ['outranked hello']]);
  assert.deepEqual(members.outrankedBy(), [9, 4]);
  members.lead(10);
  assert.deepEqual(stream.sent, ['r1 at 10.1']);
  assert.equal(members.outrankedBy(), null);
  assert.deepEqual(members.highestEpoch(), [9, 4]);
});

test('an epoch far above ours is not believed: its member is told nothing, others are, and the log says so', () => {
  const { members, connect, logged } = aRoster();
  const stream = connect('1', { epoch: [106, 0] });
  members.assign('1', r1, bytes);
  members.assign('2', r1, bytes);
  assert.equal(members.outrankedBy(), null);
  assert.deepEqual([stream.sent, connect('2').sent], [[], ['r1 at 5.1']]);
  const said =
    'member has seen a higher epoch than ours: it is not believed, and told nothing until ours is above that. If the Lease was deleted, set its leaseTransitions above that number';
  assert.deepEqual(logged.find(({ message }) => message === said)?.fields, {
    namespace: 'shop',
    member: 'web-1',
    seen: [106, 0],
    epoch: [5, 0],
  });
});

test('a Lease that was made anew with the same number of transitions is outranked as well', () => {
  const { members, connect } = aRoster();
  const stream = connect('1', { epoch: [5, 7] });
  members.assign('1', r1, bytes);
  assert.deepEqual(members.outrankedBy(), [5, 7]);
  assert.deepEqual(stream.sent, []);
});

test('a member that refuses since it has seen a higher epoch has refused no revision: it is counted, and asked again when the Lease is raised', () => {
  const { members, connect, counted, acks } = aRoster();
  const stream = connect('1');
  members.assign('1', r1, bytes);
  stream.ack(r1, { kind: 'refused', because: 'epoch 5.1 is lower than 6.3', seen: [6, 3], agoMs: 0 });
  assert.deepEqual(counted, ['outranked ack']);
  const { refused, asked } = members.report('1') ?? {};
  assert.deepEqual([refused, asked?.attempt, acks], [null, '1.1', []]);
  members.assign('1', r2, bytes);
  assert.deepEqual(members.outrankedBy(), [6, 3]);
  members.lead(7);
  assert.deepEqual(stream.sent, ['r1 at 5.1', 'r2 at 7.1']);
});

test('that an epoch was too low is no answer about the revision, also where ours is above it by now', () => {
  const { members, connect, acks } = aRoster();
  const stream = connect('1');
  members.assign('1', r1, bytes);
  members.lead(7);
  stream.ack(r1, { kind: 'refused', because: 'epoch 5.1 is lower than 6.3', seen: [6, 3], agoMs: 0 });
  const { refused, asked } = members.report('1') ?? {};
  assert.deepEqual([refused, asked?.attempt, acks], [null, '1.1', []]);
});

test('a member that comes back under the same leader outranks nobody', () => {
  const { members, connect } = aRoster();
  connect('1');
  members.assign('1', r1, bytes);
  assert.deepEqual(connect('1', { epoch: [5, 1] }).sent, ['r1 at 5.2']);
  assert.equal(members.outrankedBy(), null);
});

test('another attempt at what a member was told and runs is no news to it; after a refusal it is', () => {
  const running = { content: r1.content, revision: 'r1', proof: 'Confirmed', agoMs: 0 } as const;
  const { members, connect } = aRoster();
  const stream = connect('1', { running });
  members.assign('1', r1, bytes);
  members.assign('1', { ...r1, attempt: '2.1' }, bytes);
  assert.deepEqual(stream.sent, ['r1 at 5.1']);

  const other = connect('2');
  members.assign('2', r1, bytes);
  // The first files it ever had: there was nothing to go back to.
  other.ack(r1, { kind: 'refused', because: 'no', agoMs: 0 }, r1.content);
  members.assign('2', { ...r1, attempt: '1.2' }, bytes);
  assert.deepEqual(other.sent, ['r1 at 5.2', 'r1 at 5.3']);
});

test('a Lease that was raised states again what every member was told', () => {
  const { members, connect } = aRoster();
  const stream = connect('1');
  members.assign('1', r1, bytes);
  members.lead(6);
  assert.deepEqual(stream.sent, ['r1 at 5.1', 'r1 at 6.1']);
  assert.deepEqual(stream.since, [5, 1]);
});

test('the next leader knows nothing: neither reports nor assignments outlive the Lease', () => {
  const { members, connect } = aRoster();
  const stream = connect('1');
  members.assign('1', r1, bytes);
  members.follow();
  assert.deepEqual(stream.ended, ['not_leader']);
  members.lead(7);
  assert.equal(members.report('1'), undefined);
  assert.deepEqual(connect('1').sent, []);
});

test('what is forgotten is not sent to a pod that comes under this uid', () => {
  const { members, connect } = aRoster();
  members.assign('1', r1, bytes);
  members.forget('1');
  assert.deepEqual(connect('1').sent, []);
});

test('each change of a report is told, and a repetition is none', () => {
  const { members, connect, changed } = aRoster();
  const stream = connect('1');
  members.assign('1', r1, bytes);
  members.assign('1', r1, bytes);
  stream.ack(r1, { kind: 'applied', proof: 'Confirmed', agoMs: 0 });
  stream.leave();
  assert.deepEqual(
    changed,
    ['hello', 'asked', 'acked', 'away'].map(() => '1'),
  );
});

test('a hello that says what the one before said is told to nobody', () => {
  const { members, connect, changed, logged, clock } = aRoster();
  const running = { content: r1.content, revision: 'r1', proof: 'Confirmed' } as const;
  const stream = connect('1', { running: { ...running, agoMs: 2 } });
  clock.turn(10_000);
  stream.told.hello(aHello({ running: { ...running, agoMs: 10_000 } }));
  assert.deepEqual([changed.length, logged.length], [1, 1]);
  for (const news of [{ running: { ...running, agoMs: 5 } }, { running: { ...running, agoMs: 5 }, booted: false }, {}])
    stream.told.hello(aHello(news));
  assert.deepEqual([changed.length, logged.length], [4, 4]);
  assert.equal(members.report('1')?.running, null);
});

test('a stream that has just ended takes no assignment with it', () => {
  const { members, connect } = aRoster();
  const stream = connect('1');
  stream.refuse();
  members.assign('1', r1, bytes);
  assert.equal(members.report('1')?.asked, null);
});

const bytes = () => Buffer.alloc(0);

/** Leads with transitions 5. */
function aRoster() {
  const clock = turnedClock();
  const changed: string[] = [];
  const acks: string[] = [];
  const counted: string[] = [];
  const logged: { message: string; fields: object }[] = [];
  const keep = (fields: object, message: string) => void logged.push({ message, fields });
  const members = roster({
    clock,
    log: { debug: keep, info: keep, warn: keep, error: keep },
    counters: { outranked: (by) => counted.push(`outranked ${by}`) },
    onChange: (uid) => changed.push(uid),
    onAck: ({ uid }, { revision, outcome }) => acks.push(`${uid} ${revision} ${outcome.kind}`),
  });
  members.lead(5);
  return {
    members,
    clock,
    changed,
    acks,
    counted,
    logged,
    connect: (uid: string, hello: Partial<Hello> | null = {}) => {
      const stream = aStream();
      members.welcome(aPod(uid), stream.open);
      if (hello !== null) stream.told.hello(aHello(hello));
      return stream;
    },
  };
}

/** Takes the session's part: remembers what it should have sent. */
function aStream() {
  const sent: string[] = [];
  const ended: string[] = [];
  let told: Told | null = null;
  let greeted = false;
  let broken = false;
  let last: { assign: Assign; since: Epoch } | null = null;
  const session: Session = {
    isGreeted: () => greeted,
    state: (assign, since) => {
      if (broken) return false;
      last = { assign, since };
      sent.push(`${assign.revision} at ${assign.epoch.join('.')}`);
      return true;
    },
    stated: () => last?.assign ?? null,
    trust: () => {},
    end: (ending) => ended.push(ending),
  };
  return {
    sent,
    ended,
    open: (given: Told) => {
      told = {
        ...given,
        hello: (hello) => {
          greeted = true;
          given.hello(hello);
        },
      };
      return session;
    },
    get told(): Told {
      assert.ok(told);
      return told;
    },
    get since() {
      return last?.since;
    },
    refuse: () => {
      broken = true;
    },
    leave: () => told?.left(),
    ack: ({ revision, content, attempt }: Assignment, outcome: Ack['outcome'], running = content) =>
      told?.ack({ type: 'ack', epoch: [5, 1], revision, content, attempt, outcome, running, firedAt: 17, tookMs: 20 }),
  };
}
