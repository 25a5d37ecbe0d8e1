import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet } from '../../test/support/fake-fleet.ts';
import { isNews } from './news.ts';
import type { Member } from './situation.ts';

const [pod] = [...aFleet(1).members.values()];
const running = (revision: string) => ({ revision, at: 0, proof: 'Confirmed' }) as const;
const asked = { revision: 'r2', attempt: '2.1', at: 0 };
const refused = { ...asked, because: 'unknown key' };

const cases: [what: string, member: Partial<Member>, isNewsToIt: boolean][] = [
  ['runs other files', { running: running('r1') }, true],
  ['runs it', { running: running('r2') }, false],
  ['is being asked', { running: running('r1'), asked }, false],
  ['is being asked by another attempt', { running: running('r1'), asked: { ...asked, attempt: '1.1' } }, true],
  ['runs it, and is being asked for something else', { running: running('r2'), asked: { ...asked, revision: 'r1' } }, true],
  ['refused this try', { running: running('r1'), refused }, false],
  ['refused an earlier try', { running: running('r1'), refused: { ...refused, attempt: '1.1' } }, true],
  ['runs it, and refused an earlier try', { running: running('r2'), refused: { ...refused, attempt: '1.1' } }, false],
];

for (const [what, changes, expected] of cases) {
  test(`r2 is ${expected ? '' : 'no '}news to a member that ${what}`, () => {
    assert.ok(pod);
    assert.equal(isNews({ ...pod, ...changes }, { uid: pod.uid, member: pod.name, revision: 'r2', attempt: '2.1' }), expected);
  });
}
