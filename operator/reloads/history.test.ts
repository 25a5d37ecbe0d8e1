import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heard, Plan, Progress } from '../plan/situation.ts';
import { beginning } from '../plan/turn.ts';
import { aPolicy, aReload, madeOf } from './testing/a-reload.ts';
import { aShop, NOW } from './testing/a-shop.ts';

const r = (n: number) => ({ name: `r${n}`, sources: madeOf(String(n)) });
const policy = aPolicy({ revisions: [r(1), r(2)] });
const UNDO = 'web-undo-x (uid-web-)';
const wave = { upTo: 1, openedAt: NOW - 1000, passedAt: null, members: 3, approvedBy: 'alice' } as const;
const idle: Progress = { ...beginning, rollout: 2, stable: 'r1', outcome: 'Succeeded' };
const rolling: Progress = {
  ...idle,
  rollout: 3,
  candidate: 'r2',
  outcome: null,
  why: 'the sources changed',
  startedAt: NOW - 1000,
  waves: [wave],
};
const done: Progress = { ...rolling, candidate: null, stable: 'r2', outcome: 'Succeeded', because: 'r2 passed its last gate' };
const heard = (verb: Heard['verb'], more: Partial<Heard> = {}): Heard => ({
  verb,
  by: 'alice',
  reason: null,
  wave: null,
  at: NOW,
  refused: null,
  ...more,
});

test('a rollout that nobody speaks to costs two writes: its record is made, and closed', async () => {
  const shop = aShop();
  await shop.pass(policy, idle, { progress: rolling });
  await shop.pass(policy, rolling, { progress: { ...rolling, wave: 1, waves: [wave, wave] } });
  await shop.pass(policy, rolling, { progress: done });
  await shop.pass(policy, done, { progress: done });
  assert.deepEqual(shop.writes, ['create web-3', 'patch web-3']);
  const { spec, status } = shop.reloads.get('web-3') ?? aReload('none');
  assert.deepEqual(spec, {
    policy: 'web',
    rollout: 3,
    revision: 'r2',
    sources: madeOf('2'),
    from: 'r1',
    fromSources: madeOf('1'),
    because: 'the sources changed',
  });
  assert.equal(status?.outcome, 'Succeeded');
  assert.deepEqual(
    status?.waves?.map(({ approvedBy }) => approvedBy),
    ['alice'],
  );
});

test('what the watch does not tell of yet is neither made nor closed twice', async () => {
  let sees = false;
  const shop = aShop([], () => sees);
  await shop.pass(policy, idle, { progress: rolling });
  await shop.pass(policy, rolling, { progress: rolling });
  assert.deepEqual(shop.writes, ['create web-3']);
  sees = true;
  const stale = shop.reloads.get('web-3');
  await shop.pass(policy, rolling, { progress: done });
  if (stale) shop.reloads.set('web-3', stale);
  await shop.pass(policy, done, { progress: done });
  assert.deepEqual(shop.writes, ['create web-3', 'patch web-3']);
});

test('who changed the sources is written where the rollout is of what they say, and not where a person went elsewhere', async () => {
  for (const [revision, changedBy] of [
    ['r2', 'argocd'],
    ['r9', undefined],
  ]) {
    const shop = aShop();
    const reading = { kind: 'present', revision: { name: revision }, observed: [], changedBy: 'argocd' };
    await shop.pass(policy, idle, { progress: rolling, observed: { reading } as never });
    assert.equal(shop.reloads.get('web-3')?.spec.changedBy, changedBy);
  }
});

test('a record that is deleted while its rollout runs is made again with what was taken up: deleting it resumes nothing', async () => {
  const shop = aShop();
  const spoken = {
    ...rolling,
    heard: [heard('pause', { reason: 'lunch' }), heard('approve', { wave: 2 }), heard('promote', { wave: 9, refused: 'no' })],
  };
  await shop.pass(policy, spoken, { progress: spoken });
  const spec = shop.reloads.get('web-3')?.spec;
  assert.deepEqual(spec?.pause, { by: 'alice', reason: 'lunch' });
  assert.deepEqual(spec?.approve, { by: 'alice', wave: 2 });
  assert.equal(spec?.promote, undefined);
});

test('so is one whose members are on their way back; and one that has ended is not', async () => {
  const back: Progress = { ...rolling, candidate: null, quarantined: [{ revision: 'r2', at: NOW, because: 'no', rollout: 3 }] };
  const shop = aShop();
  await shop.pass(policy, back, { progress: back });
  assert.equal(shop.reloads.get('web-3')?.spec.revision, 'r2');
  const ended = aShop();
  for (const end of [done, { ...back, outcome: 'RolledBack' } as const]) await ended.pass(policy, end, { progress: end });
  assert.deepEqual(ended.writes, []);
});

test('what was heard stands on the record, also what was refused, until it is taken back', async () => {
  const shop = aShop([aReload('web-3')]);
  const said = { ...rolling, heard: [heard('pause'), heard('approve', { wave: 1, refused: 'wave 1 is open already' })] };
  await shop.pass(policy, rolling, { progress: said });
  assert.deepEqual(shop.reloads.get('web-3')?.status?.heard, [
    { verb: 'pause', by: 'alice', at: '2026-02-01T00:00:00.000Z' },
    { verb: 'approve', wave: 1, by: 'alice', at: '2026-02-01T00:00:00.000Z', refused: 'wave 1 is open already' },
  ]);
  await shop.pass(policy, said, { progress: said });
  assert.equal(shop.writes.length, 1);
  await shop.pass(policy, said, { progress: rolling });
  assert.deepEqual(shop.reloads.get('web-3')?.status?.heard, []);
});

test('what was heard stays whole on the record where the status of the policy keeps only the beginning of it', async () => {
  const shop = aShop([aReload('web-3')]);
  const said = { ...rolling, heard: [heard('pause', { reason: 'the service is on fire' })] };
  await shop.pass(policy, rolling, { progress: said });
  const kept = { ...rolling, heard: [heard('pause', { reason: 'the serv…' })] };
  await shop.pass(policy, kept, { progress: kept });
  assert.equal(shop.reloads.get('web-3')?.status?.heard?.[0]?.reason, 'the service is on fire');
  assert.equal(shop.writes.length, 1);
});

test('a superseded record says what it reached, though its last count was never recorded', async () => {
  const shop = aShop([aReload('web-3')]);
  const early = { ...rolling, waves: [{ ...wave, members: 0 }] };
  const fleet = ['r2', 'r2', 'r1'].map((revision) => ({ running: { revision }, asked: null, refused: null }));
  const next = { ...rolling, rollout: 4, candidate: 'r3' };
  await shop.pass(policy, early, { progress: next, observed: { situation: { fleet, progress: early } } as never });
  const { outcome, because, members } = shop.reloads.get('web-3')?.status ?? {};
  assert.deepEqual([outcome, because, members], ['Superseded', 'superseded by web-4', { asked: 2, applied: 2, refused: 0 }]);
});

test('one that had ended before another began keeps its own outcome, though a crash left it open', async () => {
  const shop = aShop([aReload('web-3')]);
  await shop.pass(policy, { ...done, outcome: 'RolledBack' }, { progress: { ...rolling, rollout: 4 } });
  assert.equal(shop.reloads.get('web-3')?.status?.outcome, 'RolledBack');
});

test('another leader that has not seen the record yet makes no second one, and one that somebody deleted is closed by nobody', async () => {
  const unseen = aShop([aReload('web-3')], () => false);
  await unseen.pass(policy, rolling, { progress: rolling });
  const deleted = aShop([aReload('web-3')]);
  await deleted.pass(policy, rolling, { progress: done }, () => deleted.reloads.clear());
  assert.deepEqual([...deleted.reloads.keys()], []);
});

test('a number that is not reached yet is of another life of the policy, and left alone', async () => {
  const shop = aShop([aReload('web-7')]);
  await shop.pass(policy, idle, { progress: rolling });
  assert.deepEqual(shop.writes, ['create web-3']);
});

test('a wish that is refused is answered and closed in one write, once', async () => {
  const shop = aShop([aReload('web-undo-x')]);
  const answer = { reload: UNDO, refused: 'r9 is not kept' };
  await shop.pass(policy, idle, { progress: idle, answer });
  await shop.pass(policy, idle, { progress: idle });
  assert.deepEqual(shop.writes, ['patch web-undo-x']);
  const { answer: said, outcome, because } = shop.reloads.get('web-undo-x')?.status ?? {};
  assert.deepEqual([said?.refused, outcome, because], ['r9 is not kept', 'Aborted', 'refused: r9 is not kept']);
});

test('a wish that is taken up ends as its rollout does', async () => {
  const shop = aShop([aReload('web-undo-x')]);
  const wished = { ...rolling, request: UNDO };
  await shop.pass(policy, idle, { progress: wished, answer: { reload: UNDO, refused: null } });
  assert.deepEqual(shop.reloads.get('web-undo-x')?.status, { answer: { at: '2026-02-01T00:00:00.000Z', rollout: 3 } });
  await shop.pass(policy, wished, { progress: { ...done, request: UNDO, outcome: 'RolledBack', because: 'web-1 refused' } });
  assert.equal(shop.reloads.get('web-undo-x')?.status?.outcome, 'RolledBack');
  assert.equal(shop.reloads.get('web-undo-x')?.status?.because, 'web-1 refused');
});

test('a wish to stay on what was adopted begins no rollout, names none, and is over at once', async () => {
  const shop = aShop([aReload('web-undo-x')]);
  const stays = { ...idle, rollout: 0, request: UNDO };
  await shop.pass(policy, { ...idle, rollout: 0 }, { progress: stays, answer: { reload: UNDO, refused: null } });
  const { answer, outcome } = shop.reloads.get('web-undo-x')?.status ?? {};
  assert.deepEqual(answer, { at: '2026-02-01T00:00:00.000Z' });
  assert.equal(outcome, 'Succeeded');
});

test('a retry is answered on the Reload that failed: with its rollout where one begins, without where it only lifts', async () => {
  const failed = aReload('web-2', { retry: { by: 'bob', reason: 'fixed' } }, { outcome: 'RolledBack' });
  const answer = { reload: 'web-2 (uid-web-): fixed', refused: null };
  const begun = aShop([failed]);
  await begun.pass(policy, idle, { progress: { ...rolling, request: 'web-2 (uid-web-): fixed' }, answer });
  assert.deepEqual(begun.reloads.get('web-2')?.status?.answer, { at: '2026-02-01T00:00:00.000Z', rollout: 3, reason: 'fixed' });
  const other = aShop([failed]);
  await other.pass(policy, idle, { progress: idle, answer: { reload: 'web-2 (uid-web-): another reason', refused: null } });
  assert.deepEqual(other.writes, []);
  const lifted = aShop([failed]);
  await lifted.pass(policy, idle, { progress: { ...idle, request: 'web-2 (uid-web-): fixed' }, answer });
  assert.deepEqual(lifted.reloads.get('web-2')?.status?.answer, { at: '2026-02-01T00:00:00.000Z', reason: 'fixed' });
});

/** A pass is recorded in status before any of its writes: the next leader sees `after`, and no answer. */
const STORIES: readonly (readonly [string, Progress, Progress, Plan['answer']])[] = [
  ['a wish begins a rollout over another one', { ...rolling, rollout: 2 }, { ...rolling, request: UNDO }, { reload: UNDO, refused: null }],
  ['a rollout ends that a wish began', { ...rolling, request: UNDO }, { ...done, request: UNDO }, null],
  ['a verb is heard', rolling, { ...rolling, heard: [heard('pause')] }, null],
];
for (const [what, before, after, answer] of STORIES) {
  test(`killed at any write as ${what}, the next pass makes up for it`, async () => {
    const made = [aReload(`web-${before.rollout}`), aReload('web-undo-x')];
    const whole = aShop(made);
    await whole.pass(policy, before, { progress: after, answer });
    const writes = whole.writes.length;
    assert.ok(writes > 0);
    await whole.pass(policy, after, { progress: after });
    for (let dieAt = 0; dieAt < writes; dieAt++) {
      const shop = aShop(made);
      await assert.rejects(shop.pass(policy, before, { progress: after, answer }, diesAt(dieAt)), /died/);
      shop.anotherLeads();
      // What the planner says of a wish that it has taken up already.
      const again = after.request !== null && shop.reloads.get('web-undo-x')?.status?.answer === undefined ? answer : null;
      await shop.pass(policy, after, { progress: after, answer: again });
      await shop.pass(policy, after, { progress: after });
      assert.deepEqual(outcomes(shop.reloads), outcomes(whole.reloads), `died before write ${dieAt}`);
    }
  });
}

/** As it makes that write, which is not made. */
function diesAt(write: number): (write: number) => void {
  return (at) => {
    if (at === write) throw new Error('died');
  };
}

function outcomes(reloads: ReadonlyMap<string, ReturnType<typeof aReload>>) {
  return Object.fromEntries([...reloads].map(([name, { status }]) => [name, [status?.outcome, status?.answer?.rollout, status?.heard]]));
}
