import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bucket, buckets } from './bucket.ts';
import { higherEpoch, isBelievable } from './epochs.ts';
import { expiring } from './expiring.ts';
import { turnedClock } from './testing/turned-clock.ts';
import { turns } from './turns.ts';

test('a bucket gives its burst at once, then its rate, and never more than the burst', () => {
  const clock = turnedClock();
  const take = bucket({ perSecond: 2, burst: 3 }, clock);
  const taken = () => Array.from({ length: 10 }, () => take()).filter(Boolean).length;
  assert.equal(taken(), 3);
  clock.turn(1_000);
  assert.equal(taken(), 2);
  clock.turn(3_600_000);
  assert.equal(taken(), 3);
});

test('each has its own bucket, which is full again when it was left alone for so long', () => {
  const clock = turnedClock();
  const take = buckets({ perSecond: 1, burst: 3 }, clock);
  const taken = (whose: string) => Array.from({ length: 10 }, () => take(whose)).filter(Boolean).length;
  assert.deepEqual([taken('a'), taken('b'), taken('a')], [3, 3, 0]);
  clock.turn(1_000);
  assert.equal(taken('a'), 1);
  clock.turn(3_000);
  assert.equal(taken('a'), 3);
});

test('a clock that is set back empties no bucket and fills none', () => {
  const clock = turnedClock();
  const take = bucket({ perSecond: 1, burst: 1 }, clock);
  take();
  clock.turn(-5_000);
  assert.equal(take(), false);
  clock.turn(1_000);
  assert.equal(take(), true);
});

test('what expires is not found, and over the bound the oldest goes', () => {
  const clock = turnedClock();
  const kept = expiring<number>(2, clock.now);
  kept.set('a', 1, clock.now() + 1_000);
  kept.set('b', 2, clock.now() + 5_000);
  kept.set('c', 3, clock.now() + 5_000);
  assert.deepEqual([kept.get('a'), kept.get('b'), kept.get('c')], [undefined, 2, 3]);
  clock.turn(5_000);
  assert.equal(kept.get('c'), undefined);
  kept.set('d', 4, clock.now() + 5_000);
  assert.equal(kept.size, 1);
});

test('turns are given in order, and no more than there are', async () => {
  const turn = turns(1);
  const order: string[] = [];
  const first = await turn('a');
  const second = turn('b').then((done) => {
    order.push('second');
    done();
  });
  const third = turn('c').then((done) => {
    order.push('third');
    done();
  });
  await Promise.resolve();
  assert.deepEqual(order, []);
  first();
  await Promise.all([second, third]);
  assert.deepEqual(order, ['second', 'third']);
  await turn('d');
  let extra = false;
  void turn('e').then(() => {
    extra = true;
  });
  await new Promise(setImmediate);
  assert.equal(extra, false, 'a turn that was handed on is not free as well');
});

test('who has a turn waits for its own end before it has another, and others do not wait for it', async () => {
  const turn = turns(2);
  const order: string[] = [];
  const stalled = await turn('a');
  const again = turn('a').then((done) => {
    order.push('a');
    done();
  });
  (await turn('b'))();
  order.push('b');
  stalled();
  await again;
  assert.deepEqual(order, ['b', 'a']);
});

test('the highest epoch is by transitions first', () => {
  assert.deepEqual(higherEpoch(null, [2, 9]), [2, 9]);
  assert.deepEqual(higherEpoch([2, 9], [3, 0]), [3, 0]);
  assert.deepEqual(higherEpoch([3, 0], [2, 9]), [3, 0]);
  assert.deepEqual(higherEpoch([3, 0], null), [3, 0]);
});

test('up to a hundred changes of leader above ours are believed, and never so many that the Lease comes near its end', () => {
  assert.equal(isBelievable([105, 0], [5, 3]), true);
  assert.equal(isBelievable([106, 0], [5, 3]), false);
  assert.equal(isBelievable([1_000_000_001, 0], [1_000_000_000, 3]), false);
  assert.equal(isBelievable(null, [5, 3]), true);
});
