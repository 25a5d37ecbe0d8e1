import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ALLOWED, allowance } from './allowance.ts';
import type { Pod } from './authenticate.ts';
import { turnedClock } from './testing/turned-clock.ts';

const pod = (n: number, namespace = 'shop'): Pod => ({ uid: `${namespace}-${n}`, namespace, name: `web-${n}` });

test('a pod that talks and talks is over its own bounds, and nobody else is', () => {
  const { hear } = allowance(turnedClock());
  const answers = Array.from({ length: 1_000_000 }, () => hear(pod(1), 100));
  assert.equal(answers.filter((answer) => answer === null).length, 100);
  assert.equal(answers.at(-1), 'too_many_frames');
  assert.equal(hear(pod(2), 100), null);
  assert.equal(hear(pod(3, 'bank'), 100), null);
});

test('few large frames are too many bytes', () => {
  const clock = turnedClock();
  const { hear } = allowance(clock);
  const large = Array.from({ length: 9 }, () => hear(pod(1), 64 * 1024));
  assert.deepEqual(large.slice(-2), [null, 'too_many_bytes']);
  clock.turn(2_000);
  assert.equal(hear(pod(1), 64 * 1024), null);
});

test('a namespace whose pods all shout leaves the others what they need', () => {
  const { hear, mayDial } = allowance(turnedClock());
  let heard = 0;
  for (let n = 0; n < 2_000; n++) for (let i = 0; i < 100; i++) if (hear(pod(n), 100) === null) heard += 1;
  assert.equal(heard, ALLOWED.namespace.frames.burst);
  let dialled = 0;
  for (let n = 0; n < 2_000; n++) if (mayDial(pod(n))) dialled += 1;
  assert.equal(dialled, ALLOWED.namespace.dials.burst);
  assert.equal(hear(pod(1, 'bank'), 100), null);
  assert.equal(mayDial(pod(1, 'bank')), true);
});

test('a fleet of 20,000 may say hello, ask for files and answer at once', () => {
  const { hear } = allowance(turnedClock());
  for (let n = 0; n < 20_000; n++) for (const bytes of [1_000, 600, 1_200]) assert.equal(hear(pod(n), bytes), null);
});
