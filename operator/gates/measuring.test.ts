import assert from 'node:assert/strict';
import { test } from 'node:test';
import { turnedClock } from '../link/testing/turned-clock.ts';
import type { Measure, Measurement } from '../plan/situation.ts';
import { type Bake, type Gate, type Outcome } from './gate.ts';
import { keepMeasuring } from './measuring.ts';
import { aBake, SINCE } from './testing/a-bake.ts';

const HTTP = { http: [{ name: 'health', port: 80, path: '/health' }] };
const BOTH = { http: [...HTTP.http, { name: 'more', port: 81, path: '/more' }] };

test('a gate is measured at once, then at its interval, and each measurement is news', async () => {
  const { clock, keep, measurements, answer, news } = gatesUnderTest();
  keep();
  assert.deepEqual(measurements(), []);
  clock.turn(0);
  await answer({ kind: 'values', values: [1] });
  assert.deepEqual(measurements(), [{ kind: 'values', values: [1], at: SINCE }]);
  clock.turn(10_000);
  await answer({ kind: 'values', values: [2] });
  assert.deepEqual(measurements(), [
    { kind: 'values', values: [1], at: SINCE },
    { kind: 'values', values: [2], at: SINCE + 10_000 },
  ]);
  assert.deepEqual(news, ['shop/web', 'shop/web']);
});

test('to say the same again changes nothing', async () => {
  const { clock, keep, begun, answer, measurements } = gatesUnderTest();
  keep();
  clock.turn(0);
  keep();
  await answer({ kind: 'values', values: [1] });
  keep();
  assert.equal(measurements()?.length, 1);
  clock.turn(9_999);
  assert.equal(begun.length, 1);
});

test('a measurement that lasts longer than its interval is not overlapped, and the next one follows at once', async () => {
  const { clock, keep, begun, answer } = gatesUnderTest();
  keep();
  clock.turn(0);
  clock.turn(60_000);
  assert.equal(begun.length, 1);
  await answer({ kind: 'values', values: [] });
  clock.turn(0);
  assert.equal(begun.length, 2);
});

test('a gate that needs data begins later, counted from the start of the bake', () => {
  const { clock, keep, begun } = gatesUnderTest({ firstMs: 15_000 });
  clock.turn(6_000);
  keep();
  clock.turn(8_999);
  assert.equal(begun.length, 0);
  clock.turn(1);
  assert.equal(begun.length, 1);
});

test('a clock that was set back delays nothing for longer than the interval', () => {
  const { clock, keep, begun } = gatesUnderTest({ firstMs: 15_000 });
  keep({ since: SINCE + 3_600_000 });
  clock.turn(15_000);
  assert.equal(begun.length, 1);
});

test('the last ten measurements are kept', async () => {
  const { clock, keep, answer, measurements } = gatesUnderTest();
  keep();
  for (let round = 0; round < 12; round += 1) {
    clock.turn(10_000);
    await answer({ kind: 'values', values: [round] });
  }
  assert.deepEqual(
    measurements()?.map((it) => it.kind === 'values' && it.values[0]),
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
  );
});

test('what throws is unknown, and is tried again in ten seconds', async () => {
  const { clock, keep, begun, fail, measurements } = gatesUnderTest({ everyMs: 1_000 });
  keep();
  clock.turn(0);
  await fail(new TypeError('no such\nthing'));
  assert.deepEqual(measurements(), [{ kind: 'unknown', because: 'could not be measured: no such', mistake: false, at: SINCE }]);
  clock.turn(9_999);
  assert.equal(begun.length, 1);
  clock.turn(1);
  assert.equal(begun.length, 2);
});

test('another bake begins anew, and what was under way for the last one counts for nothing', async () => {
  const { clock, keep, begun, answer, measurements, left, news, measured } = gatesUnderTest();
  keep();
  clock.turn(0);
  keep({ wave: 1, since: SINCE + 1 });
  assert.deepEqual(left, [0]);
  await answer({ kind: 'values', values: [1] });
  assert.equal(begun[0]?.signal.aborted, true);
  assert.deepEqual(measurements(), []);
  assert.deepEqual(news, []);
  const { rollout, wave, since } = measured() ?? {};
  assert.deepEqual({ rollout, wave, since }, { rollout: 3, wave: 1, since: SINCE + 1 });
});

test('a bake is another one where its rollout, its wave, its start or its revision is', async () => {
  for (const other of [{ rollout: 4 }, { wave: 1 }, { since: SINCE + 1 }, { candidate: 'd3' }]) {
    const { clock, keep, answer, measurements } = gatesUnderTest();
    keep();
    clock.turn(0);
    await answer({ kind: 'values', values: [1] });
    keep(other);
    assert.deepEqual(measurements(), []);
  }
});

test('a gate that is yet to be measured when its bake ends is not measured', () => {
  const { clock, keep, gates, begun } = gatesUnderTest();
  keep();
  gates.forget('policy-1');
  clock.turn(60_000);
  assert.equal(begun.length, 0);
});

test('nothing to measure, or no policy any more, ends it and leaves nothing behind', () => {
  for (const end of ['keep', 'forget'] as const) {
    const { clock, keep, gates, begun, left, measured } = gatesUnderTest();
    keep();
    clock.turn(0);
    if (end === 'keep') gates.keep(aBake().policy, null);
    else gates.forget('policy-1');
    assert.equal(measured(), null);
    assert.deepEqual(left, [0]);
    clock.turn(60_000);
    assert.equal(begun.length, 1);
  }
});

test('a leader that is none any more measures nothing, and leaves what it made to the next', () => {
  const { clock, keep, gates, begun, left, measured } = gatesUnderTest();
  keep();
  clock.turn(0);
  gates.stop();
  assert.equal(begun[0]?.signal.aborted, true);
  keep();
  assert.equal(measured(), null);
  clock.turn(60_000);
  assert.equal(begun.length, 1);
  assert.deepEqual(left, []);
});

test('the next measurement is of the members who are there then', async () => {
  const { clock, keep, begun, answer } = gatesUnderTest();
  keep();
  clock.turn(0);
  await answer({ kind: 'values', values: [] });
  keep({ canary: ['uid-1', 'uid-9'] });
  clock.turn(10_000);
  assert.deepEqual(begun[1]?.bake.measure.canary, ['uid-1', 'uid-9']);
});

test('a gate that is edited begins anew, one that is added begins, and the others go on', async () => {
  const { clock, keep, answer, left, measured } = gatesUnderTest();
  keep({}, BOTH);
  clock.turn(0);
  await answer({ kind: 'values', values: [1] });
  await answer({ kind: 'values', values: [2] });
  keep({}, { http: [...HTTP.http, { name: 'more', port: 81, path: '/other' }, { name: 'third', port: 82, path: '/' }] });
  const kept = measured()?.measurements;
  assert.deepEqual(
    [...(kept ?? [])].map(([name, list]) => [name, list.length]),
    [
      ['health', 1],
      ['more', 0],
      ['third', 0],
    ],
  );
  assert.deepEqual(left, [1]);
  keep({}, HTTP);
  assert.deepEqual([...(measured()?.measurements.keys() ?? [])], ['health']);
});

test('what was measured for gates that the policy had before says nothing of those that it has', async () => {
  const { clock, keep, gates, answer, measured } = gatesUnderTest();
  keep();
  clock.turn(0);
  await answer({ kind: 'values', values: [1] });
  assert.equal(measured()?.measurements.get('health')?.length, 1);
  assert.equal(gates.measured(aBake({ gates: BOTH }).policy), null);
});

test('a Job is looked at until it has ended; that it still runs is no news', async () => {
  const { clock, keep, begun, answer, measurements, news } = gatesUnderTest({ everyMs: 2_000 });
  keep();
  clock.turn(0);
  for (const state of ['running', 'running', 'failed'] as const) {
    await answer({ kind: 'job', state, words: '' });
    clock.turn(2_000);
  }
  assert.deepEqual(
    measurements()?.map((it) => it.kind === 'job' && it.state),
    ['running', 'failed'],
  );
  assert.equal(news.length, 2);
  clock.turn(3_600_000);
  assert.equal(begun.length, 3);
});

test('what cannot be taken away is said, and stops nobody', async () => {
  const { keep, gates, warned } = gatesUnderTest({ leaving: () => Promise.reject(new Error('503')) });
  keep();
  gates.forget('policy-1');
  await settled();
  assert.deepEqual(warned, ['what a gate left behind could not be taken away']);
});

/** Gates that are answered by hand, in the order in which their measurements began. */
function gatesUnderTest({
  firstMs = 0,
  everyMs = 10_000,
  leaving = async () => {},
}: {
  firstMs?: number;
  everyMs?: number;
  leaving?: () => Promise<void>;
} = {}) {
  const clock = turnedClock(SINCE);
  const begun: { readonly bake: Bake; readonly signal: AbortSignal; readonly answer: PromiseWithResolvers<Outcome> }[] = [];
  const left: number[] = [];
  const news: string[] = [];
  const warned: string[] = [];
  let next = 0;
  const gate = (spec: { readonly name: string }, index: number): Gate => ({
    name: spec.name,
    spec,
    firstMs,
    everyMs,
    measure: (bake, signal) => {
      const answer = Promise.withResolvers<Outcome>();
      begun.push({ bake, signal, answer });
      return answer.promise;
    },
    leave: () => {
      left.push(index);
      return leaving();
    },
  });
  const gates = keepMeasuring({
    gatesOf: ({ http = [] }) => http.map(gate),
    onNews: (key) => news.push(key),
    clock,
    log: { warn: (_, message) => warned.push(message) },
  });
  let { policy } = aBake({ gates: HTTP });
  const measured = () => gates.measured(policy);
  return {
    clock,
    gates,
    begun,
    left,
    news,
    warned,
    keep: (measure: Partial<Measure> = {}, spec: object = HTTP) => {
      const bake = aBake({ gates: spec, measure });
      policy = bake.policy;
      gates.keep(policy, bake.measure);
    },
    measured,
    measurements: (): readonly Measurement[] | undefined => measured()?.measurements.get('health'),
    answer: (outcome: Outcome) => {
      begun[next++]?.answer.resolve(outcome);
      return settled();
    },
    fail: (error: Error) => {
      begun[next++]?.answer.reject(error);
      return settled();
    },
  };
}

/** Promises that are due have run. */
function settled(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
