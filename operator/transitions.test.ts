import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Heard, Progress } from './plan/situation.ts';
import { beginning } from './plan/turn.ts';
import { transitionsOf } from './transitions.ts';

const rolling: Progress = { ...beginning, rollout: 1, stable: 'r1', candidate: 'r2' };
const failed: Progress = {
  ...rolling,
  candidate: null,
  quarantined: [{ revision: 'r2', at: 5, because: 'no', rollout: 1 }],
  because: 'web-1 refused r2: no',
};

const heard = (verb: Heard['verb'], refused: string | null = null): Heard => ({
  verb,
  by: 'alice',
  reason: 'late',
  wave: verb === 'approve' ? 2 : null,
  at: 9,
  refused,
});
const saying = (progress: Progress, verb: Heard['verb'], refused: string | null = null): Progress => ({
  ...progress,
  heard: [heard(verb, refused)],
});
const opened = (waves: number): Progress => ({
  ...rolling,
  wave: waves - 1,
  waves: Array.from({ length: waves }, () => ({ upTo: 1, openedAt: 1, passedAt: null, members: 1, approvedBy: null })),
});
const held: Progress = { ...rolling, phase: 'Paused', because: 'paused by alice' };

const cases: [before: Progress | null, after: Progress, reason: string | null, why: string][] = [
  [null, { ...beginning, stable: 'r1' }, 'Adopted', 'the first content is stable at once'],
  [{ ...beginning, stable: 'r1' }, rolling, 'RolloutStarted', 'a candidate came'],
  [opened(1), opened(2), 'WaveOpened', 'the next wave opened'],
  [held, opened(1), 'WaveOpened', 'the first wave was waited for, and opened'],
  [rolling, { ...rolling, rollout: 2, candidate: 'r3' }, 'RolloutStarted', 'another candidate superseded it'],
  [rolling, failed, 'GateFailed', 'the candidate is in quarantine'],
  [rolling, { ...rolling, failed: 'no', phase: 'Paused' }, 'GateFailed', 'it failed, and waits for a person'],
  [failed, { ...failed, outcome: 'RolledBack' }, 'RolledBack', 'its members are back'],
  [rolling, { ...rolling, candidate: null }, 'CalledBack', 'the sources went back'],
  [rolling, { ...rolling, candidate: null, stable: 'r2', outcome: 'Succeeded' }, 'RolloutSucceeded', 'the last gate was passed'],
  [rolling, saying(failed, 'abort'), 'Aborted', 'a person ended it, and that it goes to nobody any more needs no second word'],
  [rolling, saying(rolling, 'approve'), 'Approved', 'a person approved a wave'],
  [rolling, saying(rolling, 'promote'), 'Promoted', 'a person promoted it'],
  [rolling, saying(rolling, 'pause'), null, 'a pause is told of when it holds'],
  [saying(rolling, 'pause'), saying(held, 'pause'), 'Paused', 'and then it is'],
  [held, saying(held, 'pause'), 'Paused', 'or at once, where something else held it already'],
  [saying(held, 'pause'), rolling, 'Resumed', 'a pause was taken back'],
  [saying(rolling, 'approve'), rolling, 'TakenBack', 'an approval was taken back in time'],
  [held, { ...held, because: 'the cluster is frozen' }, null, 'it is held by something else by now'],
  [rolling, saying(rolling, 'approve', 'wave 2 is open already'), 'VerbRefused', 'a verb makes no sense'],
  [saying(rolling, 'approve'), saying(rolling, 'approve'), null, 'what was heard is heard once'],
  [rolling, { ...rolling, bakeStartedAt: 7 }, null, 'a bake is in status, and no event'],
  [rolling, rolling, null, 'nothing became different'],
];

for (const [before, after, reason, why] of cases) {
  test(`${reason ?? 'no event'}: ${why}`, () => assert.deepEqual(reasons(transitionsOf(before, after)), reason === null ? [] : [reason]));
}

test('a wish is told of when it is answered: why it is refused, or what came of it', () => {
  const refused = { reload: 'web-undo-x', refused: 'r9 is not kept' };
  const [event] = transitionsOf(rolling, rolling, refused);
  assert.deepEqual(event, { type: 'Warning', reason: 'RequestRefused', message: 'Reload web-undo-x is refused: r9 is not kept' });
  const lifted = { ...failed, quarantined: [], request: 'web-1' };
  const [taken] = transitionsOf(failed, lifted, { reload: 'web-1 (0d9a8b7c): again: now', refused: null });
  assert.equal(taken?.message, 'the retry on Reload web-1 (again: now) is taken up: r2 may be rolled out again');
  const again = { ...lifted, rollout: 2, candidate: 'r2', why: 'retried by bob: fixed' };
  const [started] = transitionsOf(failed, again, { reload: 'web-1', refused: null });
  assert.equal(started?.message, 'rollout 2: retried by bob: fixed: it goes to r2 (stable is r1)');
  assert.deepEqual(transitionsOf(lifted, lifted, { reload: 'web-1', refused: null }), [], 'its answer was written late: that is no news');
});

test('who said it, and why, is in the words', () => {
  const [event] = transitionsOf(rolling, saying(rolling, 'approve'));
  assert.equal(event?.message, 'rollout 1: wave 2 approved by alice: late');
  const [refused] = transitionsOf(rolling, saying(rolling, 'approve', 'wave 2 is open already'));
  assert.equal(refused?.message, 'rollout 1: approve wave 2 by alice: late is refused: wave 2 is open already');
});

function reasons(events: ReturnType<typeof transitionsOf>): readonly string[] {
  return events.map((event) => event.reason);
}
