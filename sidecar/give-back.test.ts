import assert from 'node:assert/strict';
import { test } from 'node:test';
import { giveBackLater } from './give-back.ts';

test('memory is given back once for a burst of acks, when it has been quiet for long enough, and again after the next one', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let times = 0;
  const ended = giveBackLater(() => times++, 100);
  for (let ack = 0; ack < 5; ack++) {
    ended();
    t.mock.timers.tick(99);
  }
  assert.equal(times, 0);
  t.mock.timers.tick(1);
  assert.equal(times, 1);
  t.mock.timers.tick(1_000);
  assert.equal(times, 1);
  ended();
  t.mock.timers.tick(100);
  assert.equal(times, 2);
});

test('a sidecar that cannot collect goes on without', () => assert.doesNotThrow(giveBackLater(undefined)));
