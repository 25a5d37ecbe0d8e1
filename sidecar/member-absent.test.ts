import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aRunningMember, assigned } from './test/fleet-of-one.ts';
import { finishUntil, outcomes } from './test/ending.ts';
import type { Result } from './work.ts';

describe('an app that is not there', () => {
  const nobody: Result = { kind: 'failed', because: 'no process named app runs', told: false, absent: true };

  test('and that the operator knows not to run, gets its files, and starts on them', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.r1', { appRuns: false }));
    finishUntil(fleet, 'look');
    fleet.finish(nobody);
    fleet.settle();
    assert.deepEqual([outcomes(fleet), fleet.inPlace(), fleet.fires], [['r2 applied Booted'], 'r2', []]);
  });

  test('and that the operator takes for running, is a refusal that touches no file', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.1'));
    finishUntil(fleet, 'look');
    fleet.finish(nobody);
    fleet.settle();
    assert.deepEqual([outcomes(fleet), fleet.inPlace()], [['r2 refused no process named app runs'], 'r1']);
  });

  test('and is told over HTTP, has its files already', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.r1', { appRuns: false }));
    finishUntil(fleet, 'fire');
    fleet.finish(nobody);
    fleet.settle();
    assert.deepEqual([outcomes(fleet), fleet.inPlace()], [['r2 applied Booted'], 'r2']);
  });

  test('but is after all, is told as ever', () => {
    const fleet = aRunningMember();
    fleet.post(assigned('r2', '2.r1', { appRuns: false }));
    fleet.settle();
    assert.deepEqual([outcomes(fleet), fleet.fires], [['r2 applied Confirmed'], ['r2 2.r1']]);
  });
});
