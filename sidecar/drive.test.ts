import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drive } from './drive.ts';
import { EMPTY_JOURNAL } from './journal.ts';
import { assigned } from './test/fleet-of-one.ts';
import type { Effect } from './work.ts';

test('what was decided is on the disk before it is done', () => {
  const { driver, did } = aMachine();
  driver.post(assigned('r1', '1.1'));
  assert.deepEqual(did, ['write', 'write', 'stage']);
});

test('what was not written is not done: the answer says so, and the next assignment may succeed', () => {
  const { driver, did, breaks } = aMachine();
  breaks(true);
  driver.post(assigned('r1', '1.1'));
  assert.deepEqual(did, ['write', 'ack refused the sidecar could not write its journal: ENOSPC: no space left on device']);
  breaks(false);
  driver.post(assigned('r1', '1.1'));
  assert.equal(did.at(-1), 'stage');
});

test('nothing is written where nothing durable changed', () => {
  const { driver, did } = aMachine();
  driver.post({ kind: 'linkLost' });
  assert.deepEqual(did, ['write']);
});

function aMachine() {
  const did: string[] = [];
  let broken = false;
  const write = () => {
    if (broken) throw new Error('ENOSPC: no space left on device');
    did.push('write');
  };
  const run = (effect: Effect) => {
    if (effect.do === 'ack')
      did.push(`ack ${effect.ack.outcome.kind} ${effect.ack.outcome.kind === 'refused' ? effect.ack.outcome.because : ''}`);
    else did.push(effect.do === 'work' ? effect.work.kind : effect.do);
  };
  const driver = drive({ member: { journal: EMPTY_JOURNAL, next: null, ticket: 0 }, effects: [] }, { now: () => 0, write, run });
  return { driver, did, breaks: (now: boolean) => (broken = now) };
}
