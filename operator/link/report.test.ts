import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ack, Assign, Hello } from '../../sidecar/protocol.ts';
import { answered, greeted, left, type Report, stated } from './report.ts';
import { aHello, anAssignment } from './testing/a-link.ts';

const NOW = 1_000_000;
const r1 = anAssignment('r1', { conf: 'one' }, { attempt: '1.1' });
const r2 = anAssignment('r2', { conf: 'two' }, { attempt: '2.1' });
const r2Again = { ...r2, attempt: '2.2' };

const runs = (of: typeof r1, agoMs = 5_000) => ({ content: of.content, revision: of.revision, proof: 'Confirmed', agoMs }) as const;
const refuses = ({ content, revision, attempt }: typeof r1) => ({ content, revision, attempt, because: 'unknown key', agoMs: 1_000 });
const hello = (given: Partial<Hello>, before?: Report) => greeted(before, aHello(given), NOW);
const assign = (of: typeof r1): Assign => ({ type: 'assign', epoch: [1, 1], ...of });
const ack = (
  { content, revision, attempt }: typeof r1,
  outcome: Ack['outcome'],
  running: string | null,
  firedAt: number | null = 7,
): Ack => ({ type: 'ack', epoch: [1, 1], content, revision, attempt, outcome, running, firedAt, tookMs: firedAt && 20 });
const applied = (of: typeof r1, agoMs = 0, firedAt: number | null = 7) =>
  ack(of, { kind: 'applied', proof: 'Confirmed', agoMs }, of.content, firedAt);
const refused = (of: typeof r1, running: string | null) => ack(of, { kind: 'refused', because: 'unknown key', agoMs: 0 }, running);
const askedFor = ({ content, revision, attempt }: typeof r1, at = NOW) => ({ content, revision, attempt, at });

test('a hello says what runs, by how long ago it was: no two wall clocks are compared', () => {
  const report = hello({ running: runs(r1, 5_000), booted: false });
  assert.deepEqual(report, {
    link: { kind: 'connected' },
    booted: false,
    running: { content: r1.content, revision: 'r1', at: NOW - 5_000, proof: 'Confirmed' },
    asked: null,
    refused: null,
  });
});

test('what was sent is asked until its ack, over the end of its stream', () => {
  const asked = stated(hello({ running: runs(r1) }), assign(r2), NOW);
  const away = left(asked, NOW + 10);
  const back = greeted(away, aHello({ running: runs(r1) }), NOW + 20);
  assert.deepEqual(away.asked, askedFor(r2));
  assert.deepEqual(back.asked, askedFor(r2), 'the hello does not show it done');
  assert.equal(stated(back, assign(r2), NOW + 30), back, 'sent again it keeps its time');
  assert.equal(answered(back, applied(r2), NOW + 40).asked, null);
});

test('a hello that shows the try in flight done, or refused, answers it', () => {
  const asked = stated(hello({ running: runs(r1) }), assign(r2), NOW);
  assert.equal(hello({ running: runs(r2) }, asked).asked, null);
  assert.equal(hello({ running: runs(r1), refused: refuses(r2) }, asked).asked, null);
});

test('a new leader takes a member that is in the middle of a try for one that was asked', () => {
  const trying = { content: r2.content, revision: r2.revision, attempt: r2.attempt };
  const report = hello({ running: runs(r1), trying });
  assert.deepEqual(report.asked, askedFor(r2));
  assert.equal(stated(report, assign(r2), NOW + 10), report, 'sent again it keeps its time');
});

for (const [what, said, next, isAsked] of [
  ['other files', hello({ running: runs(r1) }), r2, true],
  ['no files yet', hello({}), r1, true],
  ['these files', hello({ running: runs(r1) }), r1, false],
  ['these files under another attempt', hello({ running: runs(r2) }), r2Again, false],
  ['a refusal at this attempt', hello({ running: runs(r1), refused: refuses(r2) }), r2, false],
  ['a refusal at the attempt before', hello({ running: runs(r1), refused: refuses(r2) }), r2Again, true],
  ['these files, refused by the app at the attempt before', hello({ running: runs(r2), refused: refuses(r2) }), r2Again, true],
  ['these files, while another try is in flight', stated(hello({ running: runs(r1) }), assign(r2), NOW), r1, true],
] as const)
  test(`an assignment to a member that shows ${what} is ${isAsked ? 'asked' : 'a repetition'}`, () => {
    assert.deepEqual(stated(said, assign(next), NOW).asked, isAsked ? askedFor(next) : null);
  });

test('an ack of success says what runs and since when, and ends an older refusal', () => {
  const before = stated(hello({ running: runs(r1), refused: refuses(r2) }), assign(r2Again), NOW);
  const report = answered(before, applied(r2Again, 30), NOW + 100);
  assert.deepEqual(report.running, { content: r2.content, revision: 'r2', at: NOW + 70, proof: 'Confirmed' });
  assert.equal(report.refused, null);
});

test('a member that says again that it runs what it once refused is no refuser any more', () => {
  const before = stated(hello({ running: runs(r2, 0), refused: refuses(r2) }), assign(r2Again), NOW);
  assert.equal(answered(before, applied(r2Again), NOW).refused, null);
});

test('a refusal keeps what ran', () => {
  const report = answered(stated(hello({ running: runs(r1) }), assign(r2), NOW), refused(r2, r1.content), NOW + 100);
  assert.deepEqual(report.running, { content: r1.content, revision: 'r1', at: NOW - 5_000, proof: 'Confirmed' });
  assert.deepEqual(report.refused, { ...askedFor(r2, NOW + 100), because: 'unknown key' });
  assert.equal(report.asked, null);
});

test('a refusal says what the files are now, be it none or others', () => {
  const asked = stated(hello({ running: runs(r1) }), assign(r2), NOW);
  assert.equal(answered(asked, refused(r2, null), NOW).running, null);
  assert.deepEqual(answered(asked, refused(r2, r2.content), NOW).running, {
    content: r2.content,
    revision: null,
    at: NOW,
    proof: 'Adopted',
  });
});

test('after its refusal, being told the stable revision that it runs anyway does not make it forget', () => {
  const after = answered(stated(hello({ running: runs(r1) }), assign(r2), NOW), refused(r2, r1.content), NOW + 100);
  const told = stated(after, assign(r1), NOW + 200);
  assert.equal(told, after);
  assert.equal(answered(told, applied(r1, 5_200, null), NOW + 200), told, 'its answer is no news');
});

test('the answer to a repetition is news where the sidecar had to do something after all', () => {
  const before = hello({ running: runs(r1, 60_000) });
  const report = answered(before, applied(r1, 0), NOW + 100);
  assert.equal(report.running?.at, NOW + 100);
});

test('a handle that was fired shows that the app has started', () => {
  assert.equal(answered(stated(hello({ booted: false }), assign(r1), NOW), applied(r1), NOW).booted, true);
  assert.equal(answered(stated(hello({ booted: false }), assign(r1), NOW), applied(r1, 0, null), NOW).booted, false);
});
