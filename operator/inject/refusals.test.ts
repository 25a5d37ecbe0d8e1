import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { until } from '../link/testing/a-link.ts';
import { turnedClock } from '../link/testing/turned-clock.ts';
import { openRefusals } from './refusals.ts';

const HOUR = 3_600_000;
const policy = { metadata: { uid: '1', namespace: 'shop', name: 'web' } } as ReloadPolicy;

test('a ReplicaSet that asks again and again causes one Event, and another one an hour later', () => {
  const { clock, told, refuse } = someRefusals();
  for (let i = 0; i < 50; i++) refuse(policy, `web-${i}`, 'it mounts by subPath');
  assert.deepEqual(told, ['InjectionRefused: pod web-0 runs without the sidecar: it mounts by subPath']);
  clock.turn(HOUR);
  refuse(policy, 'web-51', 'it mounts by subPath');
  assert.equal(told.length, 2);
});

test('who makes up a reason for each pod gets ten Events told, and one a minute from then on', () => {
  const { clock, told, refuse } = someRefusals();
  for (let i = 0; i < 50; i++) refuse(policy, 'web', `container c${i} is odd`);
  assert.equal(told.length, 10);
  clock.turn(60_000);
  for (let i = 50; i < 60; i++) refuse(policy, 'web', `container c${i} is odd`);
  assert.equal(told.length, 11);
});

test('an Event that could not be written is tried with the next pod', async () => {
  const { told, refuse, fail, logged } = someRefusals();
  fail(true);
  refuse(policy, 'web-1', 'it mounts by subPath');
  await until(() => logged.length === 1);
  fail(false);
  refuse(policy, 'web-2', 'it mounts by subPath');
  assert.deepEqual(told, ['InjectionRefused: pod web-2 runs without the sidecar: it mounts by subPath']);
});

function someRefusals() {
  const clock = turnedClock();
  const told: string[] = [];
  const logged: string[] = [];
  let failing = false;
  const refuse = openRefusals({
    emit: async (_policy, { reason, message }) => {
      if (failing) throw new Error('no answer');
      told.push(`${reason}: ${message}`);
    },
    clock,
    log: { warn: (_fields, message) => void logged.push(message) },
  });
  return { clock, told, refuse, logged, fail: (yes: boolean) => (failing = yes) };
}
