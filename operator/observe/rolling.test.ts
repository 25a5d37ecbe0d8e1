import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../kube/pods.ts';
import { rollingOf } from './rolling.ts';

const NOW = 10_000_000;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

type Look = { age?: number; ready?: boolean; terminating?: boolean; ended?: boolean; owner?: string | null };

/** A pod of Deployment web, an hour old and Ready, where nothing else is said. */
const pod = (
  templateHash: string,
  { age = 60 * MINUTE, ready = true, terminating = false, ended = false, owner = 'Deployment web' }: Look = {},
) =>
  ({
    owner,
    templateHash,
    terminating,
    phase: ended ? 'ended' : 'Running',
    unreadySince: null,
    bornAt: NOW - age,
    containers: [{ name: 'app', ready, id: null, starts: [], endedAt: null }],
  }) as unknown as Pod;

const old = pod('a');
const young = { age: 10 * SECOND };
const cases: [pods: readonly Pod[], until: number | null, why: string][] = [
  [[old, old], null, 'one template'],
  [[old, pod('a', young)], null, 'one template, scaled up'],
  [[old, pod('a', { terminating: true }), pod('a', { ...young, ready: false })], null, 'one template, and a pod of it was deleted'],
  [[old, pod('b', young)], 20 * SECOND, 'the new one is Ready, and so young that more are to come'],
  [[old, pod('b', { age: 31 * SECOND })], null, 'two templates at rest: stopped half way, or with a partition'],
  [[old, pod('b', { age: MINUTE, ready: false })], 9 * MINUTE, 'the new one is not Ready yet'],
  [[pod('a', { terminating: true }), pod('b', { age: MINUTE })], 9 * MINUTE, 'the last old one is on its way out'],
  [[old, pod('b', { age: 11 * MINUTE, ready: false })], null, 'stuck for ten minutes: it must not hold the fix for it'],
  [[pod('a', { ready: false }), pod('b', { age: 11 * MINUTE })], null, 'a partition, and an old pod that is not Ready'],
  [[pod('a', { ended: true }), pod('b', { age: MINUTE, ready: false })], null, 'the other template is of a pod that has ended'],
  [[pod('a', { owner: null }), pod('b', { ...young, owner: null })], null, 'no owner that replaces pods'],
  [[old, pod('b', { ...young, owner: 'StatefulSet db' })], null, 'two owners with one template each'],
];

for (const [pods, forMs, why] of cases) {
  test(`${forMs === null ? 'no roll' : 'a roll'}: ${why}`, () => {
    const until = forMs === null ? null : NOW + forMs;
    assert.deepEqual(rollingOf(pods, NOW), until === null ? null : { because: 'Deployment web is replacing these pods', until });
    if (until === null) return;
    assert.notEqual(rollingOf(pods, until - 1), null);
    assert.equal(rollingOf(pods, until), null, 'over at that moment, if nothing changes');
  });
}

test('two owners at once are named in the order of their names, until the last is done', () => {
  const of = (owner: string, age: number) => [pod('a', { owner }), pod('b', { owner, age })];
  const pods = [...of('StatefulSet db', 5 * SECOND), ...of('Deployment api', 10 * SECOND)];
  const expected = { because: 'Deployment api and StatefulSet db are replacing these pods', until: NOW + 25 * SECOND };
  assert.deepEqual(rollingOf(pods, NOW), expected);
  assert.deepEqual(rollingOf(pods.toReversed(), NOW), expected);
});
