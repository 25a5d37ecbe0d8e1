import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aRunningMember, assigned } from './test/fleet-of-one.ts';
import { finishUntil, outcomes, refuse } from './test/ending.ts';

describe('an app that watches its files', () => {
  const watching = (behaviour?: Parameters<typeof aRunningMember>[0]) => aRunningMember(behaviour, true);
  const keepsBad = (content: string) => (content === 'bad' ? 'keeps' : 'takes');

  test('is told by the swap, and by nothing else', () => {
    const fleet = watching();
    fleet.post(assigned('r2', '2.1', fleet.handle));
    fleet.settle();
    assert.deepEqual([outcomes(fleet), fleet.fires], [['r2 applied Confirmed'], ['r2 2.1']]);
  });

  test('and does not take them is swapped back, and proved to be back', () => {
    const fleet = watching(keepsBad);
    fleet.post(assigned('bad', '2.1', fleet.handle));
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['bad refused it kept its workers; back on r1']);
    assert.deepEqual([fleet.fires, fleet.running(), fleet.journal().unsure], [['bad 2.1', 'r1 after bad 2.1'], 'r1', false]);
  });

  for (const [at, when] of [
    ['swap', 'before'],
    ['swap', 'after'],
    ['fire', 'before'],
    ['fire', 'after'],
    ['verify', 'before'],
  ] as const) {
    test(`sees one swap alone where the sidecar is killed ${when} ${at}`, () => {
      const fleet = watching();
      fleet.post(assigned('r2', '2.1', fleet.handle));
      finishUntil(fleet, at);
      fleet.crash(when);
      fleet.settle();
      assert.deepEqual([outcomes(fleet), fleet.fires], [['r2 applied Confirmed'], ['r2 2.1']]);
    });
  }

  test('sees one swap back alone where the sidecar is killed on the way back', () => {
    const fleet = watching(keepsBad);
    fleet.post(assigned('bad', '2.1', fleet.handle));
    finishUntil(fleet, 'verify');
    fleet.finish();
    for (const when of ['after', 'before'] as const) fleet.crash(when);
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['bad refused it kept its workers; back on r1']);
    assert.deepEqual(fleet.fires, ['bad 2.1', 'r1 after bad 2.1']);
  });

  test('may have been told where the swap failed half way', () => {
    const fleet = watching();
    fleet.post(assigned('r2', '2.1', fleet.handle));
    finishUntil(fleet, 'swap');
    fleet.finish(refuse('EROFS: read-only file system'));
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['r2 refused EROFS: read-only file system; back on r1']);
  });

  test('is told of the last good anew by another attempt, and not again where it will not take that either', () => {
    const fleet = watching((content) => (content === 'bad' ? 'gone' : 'takes'));
    fleet.post(assigned('bad', '2.1', fleet.handle));
    fleet.settle();
    fleet.restartApp();
    fleet.post(assigned('r1', '2.r1', fleet.handle));
    finishUntil(fleet, 'verify');
    fleet.finish(refuse('it answered "bad"', true));
    assert.deepEqual(fleet.fires, ['bad 2.1', 'r1 2.r1']);
    assert.equal(outcomes(fleet).at(-1), 'r1 refused it answered "bad"; its files stay in place');
    fleet.crash();
    assert.deepEqual([fleet.inPlace(), fleet.fires.length, fleet.journal().unsure], ['r1', 2, true]);
    fleet.post(assigned('r1', '2.r2', fleet.handle));
    fleet.settle();
    assert.equal(outcomes(fleet).at(-1), 'r1 applied Confirmed');
    assert.deepEqual(fleet.fires.slice(2), ['r1 2.r2']);
  });

  test('and is not there, as the operator knows, starts on its files; one that should be there is refused', () => {
    for (const [appRuns, outcome] of [
      [false, 'r2 applied Booted'],
      [true, 'r2 refused nobody listens; going back to r1 failed: nobody listens'],
    ] as const) {
      const fleet = watching((content) => (content === 'bad' ? 'gone' : 'takes'));
      fleet.post(assigned('bad', '2.1', fleet.handle));
      fleet.settle();
      fleet.acks.length = 0;
      fleet.post(assigned('r2', '2.2', { ...fleet.handle, appRuns }));
      fleet.settle();
      assert.deepEqual(outcomes(fleet), [outcome]);
    }
  });
});
