import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, aPolicy, type FakeFleet, pass } from '../../test/support/fake-fleet.ts';
import type { Verbs } from './situation.ts';

const NOTHING: Verbs = { abort: null, pause: null, promote: null, approve: null };

/** Rollout 1 of r2 is under way, and somebody says these verbs. */
function hearing(verbs: Partial<Verbs>): FakeFleet {
  const fleet = aFleet(3, aPolicy({ waves: aPolicy().waves.map((wave, i) => ({ ...wave, approval: i > 0 })) }));
  pass(fleet);
  fleet.source = { kind: 'present', revision: 'r2' };
  pass(fleet);
  fleet.verbs = { ...NOTHING, ...verbs };
  assert.equal(pass(fleet).progress.heard.length, 1);
  return fleet;
}

/** Whether that reason is what status keeps of it already. */
function isKnown(recorded: string, said: string): boolean {
  const fleet = hearing({ pause: { by: 'alice', reason: said } });
  assert.ok(fleet.progress);
  fleet.progress = { ...fleet.progress, heard: fleet.progress.heard.map((it) => ({ ...it, reason: recorded })) };
  return pass(fleet).progress.heard[0]?.reason === recorded;
}

test('of a long reason status keeps the beginning: the same one is not heard anew, and another one is', () => {
  assert.deepEqual(
    [
      ['lunch', 'lunch'],
      ['lunch…', 'lunch with bob'],
      ['lunch', 'lunch with bob'],
      ['lunch…', 'lunc, as they say'],
      ['lunch…', 'dinner'],
    ].map(([recorded = '', said = '']) => isKnown(recorded, said)),
    [true, true, false, false, false],
  );
});

test('a pause that is taken back is progress, since the deadline counts from its end; an approval that is taken back is none', () => {
  const taken = (verbs: Partial<Verbs>) => {
    const fleet = hearing(verbs);
    fleet.now += 1_000;
    fleet.verbs = NOTHING;
    const { progress } = pass(fleet);
    assert.deepEqual(progress.heard, []);
    return progress.progressedAt;
  };
  assert.equal(taken({ pause: { by: 'alice', reason: null } }), 1_001_000);
  assert.equal(taken({ approve: { by: 'alice', reason: null, wave: 2 } }), null);
});
