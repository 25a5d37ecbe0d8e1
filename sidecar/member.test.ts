import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Result } from './work.ts';
import { hello } from './hello.ts';
import { aRunningMember, assigned, fleetOfOne, type FleetOfOne } from './test/fleet-of-one.ts';
import { finishUntil, outcomes, refuse } from './test/ending.ts';

const noVerify = { handle: { kind: 'signal', signal: 'SIGHUP', process: 'app', container: null, verify: null } } as const;

describe('a member that is given an assignment', () => {
  test('stages, looks for the app, swaps, fires, verifies, and acks Confirmed', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1'));
    fleet.settle();
    assert.deepEqual(fleet.done, ['stage', 'receive', 'look', 'swap', 'fire', 'verify']);
    assert.deepEqual(outcomes(fleet), ['r2 applied Confirmed']);
    assert.deepEqual(fleet.fires, ['r2 2.1']);
    assert.notEqual(fleet.acks[0]?.firedAt, null);
  });

  test('says Delivered, never Confirmed, where there is no verify', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1', noVerify));
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['r2 applied Delivered']);
  });

  test('fires nothing before the startup probe has passed once', () => {
    const fleet = fleetOfOne();
    fleet.post(assigned('r1', '1.1'));
    fleet.settle();
    fleet.post(assigned('r2', '2.1'));
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['r1 applied Booted', 'r2 applied Booted']);
    assert.deepEqual([fleet.fires, fleet.inPlace()], [[], 'r2']);
  });

  test('does not let the app start while its files are being swapped', () => {
    const fleet = fleetOfOne();
    fleet.post(assigned('r1', '1.1'));
    fleet.settle();
    fleet.post(assigned('r2', '2.1'));
    finishUntil(fleet, 'swap');
    fleet.start();
    assert.equal(fleet.running(), null);
    fleet.settle();
    fleet.start();
    assert.equal(fleet.running(), 'r2');
  });

  test('asks for no file when it goes back to the revision before', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1'));
    fleet.settle();
    fleet.done.length = 0;
    fleet.post(assigned('r1', '2.r1'));
    fleet.settle();
    assert.deepEqual(fleet.done, ['stage', 'look', 'swap', 'fire', 'verify']);
  });

  test('acks what runs already without an effect, and with the proof that it had', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r1', '9.1'));
    assert.deepEqual([outcomes(fleet), fleet.pending(), fleet.done], [['r1 applied Booted'], null, []]);
  });

  test('adopts the files of the bootstrap volume under their name', () => {
    const fleet = fleetOfOne();
    fleet.bootstrap('r1');
    fleet.start();
    fleet.post(assigned('r1', '1.1'));
    assert.deepEqual([outcomes(fleet), fleet.done], [['r1 applied Adopted'], []]);
    assert.equal(fleet.journal().good?.revision, 'r1');
  });

  test('answers the same attempt again without an effect, refused or applied', () => {
    const fleet = aRunningMember((content) => (content === 'bad' ? 'keeps' : 'takes'));
    for (const content of ['bad', 'bad', 'r2', 'r2']) {
      fleet.post(assigned(content, '2.1'));
      fleet.settle();
    }
    assert.deepEqual(outcomes(fleet), [
      'bad refused it kept its workers; back on r1',
      'bad refused it kept its workers; back on r1',
      'r2 applied Confirmed',
      'r2 applied Confirmed',
    ]);
    assert.deepEqual(fleet.fires, ['bad 2.1', 'r1 after bad 2.1', 'r2 2.1']);
  });

  test('refuses an attempt that it made before, rather than make it twice', () => {
    const fleet = aRunningMember();
    for (const content of ['r2', 'r3', 'r2']) {
      fleet.post(assigned(content, '2.1'));
      fleet.settle();
    }
    assert.equal(
      outcomes(fleet).at(-1),
      'r2 refused attempt 2.1 of revision r2 was made before, and it is not what runs: ask with a new attempt',
    );
    assert.deepEqual(fleet.fires, ['r2 2.1', 'r3 2.1']);
  });

  test('refuses a lower epoch, and remembers the highest through a restart', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r1', '1.1', { epoch: [5, 1] }));
    fleet.crash();
    fleet.acks.length = 0;
    fleet.post(assigned('r2', '2.1', { epoch: [4, 99] }));
    assert.deepEqual(outcomes(fleet), ['r2 refused epoch 4.99 is lower than 5.1, which this pod has seen: a leader that is no more']);
    assert.deepEqual(fleet.acks[0]?.outcome.kind === 'refused' && fleet.acks[0].outcome.seen, [5, 1]);
    assert.equal(fleet.pending(), null);
    fleet.post(assigned('r2', '2.1', { epoch: [5, 1] }));
    assert.equal(fleet.pending(), 'stage');
  });
});

describe('a refusal', () => {
  for (const [at, result, because, fires] of [
    ['stage', refuse('ENOSPC: no space left on device'), 'ENOSPC: no space left on device', []],
    ['receive', refuse('other bytes came'), 'other bytes came', []],
    ['look', refuse('no process named app runs'), 'no process named app runs', []],
    ['swap', refuse('EROFS: read-only file system'), 'EROFS: read-only file system; the files are those of r1 again', []],
    ['fire', refuse('may not send SIGHUP'), 'may not send SIGHUP; the files are those of r1 again', []],
    ['fire', refuse('POST answered 500', true), 'POST answered 500; back on r1', ['r1 after bad 2.1']],
    ['verify', refuse('kept its workers', true), 'kept its workers; back on r1', ['bad 2.1', 'r1 after bad 2.1']],
  ] as const) {
    test(`at ${at} (${result.kind === 'failed' && result.told ? 'told' : 'untold'}) leaves the last good in place${fires.length > 0 ? ', and tells the app once' : ''}`, () => {
      const fleet = aRunningMember((content) => (content === 'bad' ? 'keeps' : 'takes'));
      fleet.post(assigned('bad', '2.1'));
      finishUntil(fleet, at);
      fleet.finish(result);
      fleet.settle();
      assert.deepEqual(outcomes(fleet), [`bad refused ${because}`]);
      assert.deepEqual([fleet.inPlace(), fleet.running(), fleet.acks[0]?.running], ['r1', 'r1', 'r1']);
      assert.deepEqual(fleet.fires, fires);
      assert.equal(fleet.journal().unsure, false);
    });
  }

  test('whose way back is not proved says so, and lets the last good be fired for again', () => {
    const fleet = aRunningMember((content) => (content === 'bad' ? 'gone' : 'takes'));
    fleet.post(assigned('bad', '2.1'));
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['bad refused it was gone; going back to r1 failed: no process']);
    // Nothing is said to run, so that the operator asks for r1 and does not take the member for back on it.
    assert.equal(fleet.acks.at(-1)?.running, null);
    assert.equal(hello(fleet.journal(), 0).running, null);
    fleet.restartApp();
    fleet.post(assigned('r1', '2.r1'));
    fleet.settle();
    assert.equal(outcomes(fleet).at(-1), 'r1 applied Confirmed');
    assert.deepEqual(fleet.fires, ['bad 2.1', 'r1 2.r1']);
  });

  test('of the last good itself is not answered with telling it once more', () => {
    const fleet = aRunningMember((content) => (content === 'bad' ? 'gone' : 'takes'));
    fleet.post(assigned('bad', '2.1'));
    fleet.settle();
    fleet.restartApp();
    finishAll(fleet, 'r1', '2.r1', refuse('it kept its workers', true));
    assert.deepEqual(fleet.fires, ['bad 2.1', 'r1 2.r1']);
    assert.equal(fleet.journal().unsure, true);
    assert.equal(fleet.journal().refused?.attempt, '2.r1');
  });

  test('is remembered through a restart, until another try has ended', () => {
    const fleet = aRunningMember((content) => (content === 'bad' ? 'keeps' : 'takes'));
    fleet.post(assigned('bad', '2.1'));
    fleet.settle();
    fleet.crash();
    assert.equal(fleet.journal().refused?.because, 'it kept its workers; back on r1');
    fleet.post(assigned('r1', '2.r1'));
    assert.equal(fleet.journal().refused?.attempt, '2.1', 'to run what runs is no try');
    fleet.post(assigned('r2', '3.1'));
    fleet.settle();
    assert.equal(fleet.journal().refused, null);
  });
});

describe('a newer assignment', () => {
  for (const [at, fires] of [
    ['stage', ['r3 3.1']],
    ['receive', ['r3 3.1']],
    ['look', ['r3 3.1']],
    ['swap', ['r3 3.1']],
    ['fire', ['r2 2.1', 'r3 3.1']],
    ['verify', ['r2 2.1', 'r3 3.1']],
  ] as const) {
    test(`at ${at} ends that step, and is gone to without a second effect of the old one`, () => {
      const fleet = aRunningMember();
      fleet.post(assigned('r2', '2.1'));
      finishUntil(fleet, at);
      fleet.post(assigned('r3', '3.1'));
      fleet.settle();
      assert.deepEqual(outcomes(fleet), ['r3 applied Confirmed']);
      assert.deepEqual([fleet.fires, fleet.inPlace()], [fires, 'r3']);
    });
  }

  test('that goes back while nothing was fired yet swaps back and fires nothing', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1'));
    finishUntil(fleet, 'swap');
    fleet.post(assigned('r1', '2.r1'));
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['r1 applied Booted']);
    assert.deepEqual([fleet.fires, fleet.inPlace()], [[], 'r1']);
  });

  test('that goes back after the signal fires for the last good', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1'));
    finishUntil(fleet, 'verify');
    fleet.post(assigned('r1', '2.r1'));
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['r1 applied Confirmed']);
    assert.deepEqual(fleet.fires, ['r2 2.1', 'r1 2.r1']);
  });

  test('of the same attempt only brings a newer epoch for the ack', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1'));
    finishUntil(fleet, 'fire');
    fleet.post(assigned('r2', '2.1', { epoch: [9, 9] }));
    fleet.settle();
    assert.deepEqual(
      fleet.acks.map(({ epoch }) => epoch),
      [[9, 9]],
    );
    assert.deepEqual(fleet.fires, ['r2 2.1']);
  });
});

test('a lost link drops what was being received, and the assignment starts anew', () => {
  const fleet = aRunningMember();
  fleet.post(assigned('r2', '2.1'));
  finishUntil(fleet, 'receive');
  fleet.post({ kind: 'linkLost' });
  assert.deepEqual([fleet.pending(), outcomes(fleet)], [null, []]);
  fleet.post(assigned('r2', '2.1'));
  fleet.settle();
  assert.deepEqual(outcomes(fleet), ['r2 applied Confirmed']);
});

describe('killed and started again', () => {
  for (const [at, when, outcome, fires] of [
    ['stage', 'after', null, []],
    ['receive', 'after', null, []],
    ['look', 'after', null, []],
    ['swap', 'before', 'r2 applied Confirmed', ['r2 2.1']],
    ['swap', 'after', 'r2 applied Confirmed', ['r2 2.1']],
    [
      'fire',
      'before',
      'r2 refused unknown: the sidecar was restarted while it told the app, and it kept its workers; back on r1',
      ['r1 after r2 2.1'],
    ],
    ['fire', 'after', 'r2 applied Confirmed', ['r2 2.1']],
    ['verify', 'before', 'r2 applied Confirmed', ['r2 2.1']],
  ] as const) {
    test(`${when} ${at}: ${outcome ?? 'as if it had not been asked'}`, () => {
      const fleet = aRunningMember();
      fleet.post(assigned('r2', '2.1'));
      finishUntil(fleet, at);
      fleet.crash(when);
      fleet.settle();
      assert.deepEqual(outcomes(fleet), outcome === null ? [] : [outcome]);
      assert.deepEqual([fleet.fires, fleet.journal().try], [fires, null]);
    });
  }

  for (const [title, more, after, unsure] of [
    ['looks whether the app is back', {}, 'back on r1', false],
    [
      'says that the app may not be back where there is no verify',
      noVerify,
      'the sidecar was restarted on the way back to r1, so whether the app is back is unknown',
      true,
    ],
  ] as const) {
    test(`on its way back, it swaps back again, and ${title}`, () => {
      const fleet = aRunningMember((content) => (content === 'bad' ? 'keeps' : 'takes'));
      fleet.post(assigned('bad', '2.1', more));
      finishUntil(fleet, 'fire');
      fleet.finish(refuse('it said no', true));
      fleet.crash('before');
      finishUntil(fleet, 'fire');
      fleet.crash('after');
      fleet.settle();
      assert.deepEqual(outcomes(fleet), [`bad refused it said no; ${after}`]);
      assert.deepEqual([fleet.fires, fleet.inPlace(), fleet.journal().unsure], [['r1 after bad 2.1'], 'r1', unsure]);
    });
  }

  test('with files in place and no app to be found, it puts the last good back', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1'));
    finishUntil(fleet, 'swap');
    fleet.crash('after');
    fleet.finish(refuse('no process named app runs'));
    fleet.settle();
    assert.deepEqual(outcomes(fleet), ['r2 refused no process named app runs; the files are those of r1 again']);
    assert.equal(fleet.inPlace(), 'r1');
  });
});

test('an app that started by itself on files that were never fired for is told of the last good', () => {
  const fleet = aRunningMember();
  fleet.post(assigned('r2', '2.1'));
  finishUntil(fleet, 'swap');
  fleet.crash('after');
  fleet.restartApp();
  fleet.post(assigned('r1', '2.r1'));
  fleet.settle();
  assert.deepEqual([outcomes(fleet), fleet.fires, fleet.running()], [['r1 applied Confirmed'], ['r1 2.r1'], 'r1']);
});

test('work that was abandoned ends unheard', () => {
  const fleet = aRunningMember();
  fleet.post(assigned('r2', '2.1'));
  const { ticket } = fleet.member();
  fleet.post(assigned('r3', '3.1'));
  fleet.post({ kind: 'done', ticket, result: refuse('too late') });
  fleet.settle();
  assert.deepEqual(outcomes(fleet), ['r3 applied Confirmed']);
});

describe('a journal that cannot be written', () => {
  test('is a refusal before anything was done', () => {
    const fleet = aRunningMember();
    const lost = assigned('r2', '2.1');
    fleet.post({ kind: 'unwritable', because: 'ENOSPC: no space left on device', lost });
    assert.deepEqual(outcomes(fleet), ['r2 refused the sidecar could not write its journal: ENOSPC: no space left on device']);
    assert.equal(fleet.pending(), null);
  });

  test('before the intent to fire leaves the app untold', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1'));
    finishUntil(fleet, 'swap');
    fleet.finishUnwritten();
    fleet.settle();
    assert.deepEqual([fleet.fires, fleet.inPlace(), fleet.acks[0]?.outcome.kind], [[], 'r1', 'refused']);
  });
});

test('a hello in the middle of a try says so, until it is left', () => {
  const fleet = aRunningMember();
  fleet.post(assigned('r2', '2.1'));
  finishUntil(fleet, 'verify');
  assert.deepEqual(hello(fleet.journal(), 0).trying, { content: 'r2', revision: 'r2', attempt: '2.1' });
  fleet.settle();
  assert.equal(hello(fleet.journal(), 0).trying, null);
});

test('killed on its way back before the app was told, it does not say that the app runs the last good', () => {
  const fleet = aRunningMember();
  fleet.post(assigned('r2', '2.1'));
  finishUntil(fleet, 'fire');
  fleet.finish(refuse('it was gone'));
  fleet.crash('before');
  fleet.settle();
  assert.deepEqual([fleet.inPlace(), fleet.acks.at(-1)?.running], ['r1', null]);
});

function finishAll(fleet: FleetOfOne, content: string, attempt: string, verified: Result): void {
  fleet.post(assigned(content, attempt));
  finishUntil(fleet, 'verify');
  fleet.finish(verified);
  fleet.settle();
}
