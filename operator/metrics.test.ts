import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Standing } from './metrics/standing.ts';
import { openMetrics } from './metrics.ts';

test('the article’s metrics are there, with namespace, policy and reason', async () => {
  const metrics = openMetrics();
  metrics.reloaded('shop', 'web', true, 'Confirmed', 40);
  metrics.reloaded('shop', 'web', false, 'refused', null);
  const text = await metrics.text();
  assert.match(text, /reload_total\{namespace="shop",policy="web",reason="Confirmed"\} 1/);
  assert.match(text, /reload_success_total\{namespace="shop",policy="web",reason="Confirmed"\} 1/);
  assert.match(text, /reload_failure_total\{namespace="shop",policy="web",reason="refused"\} 1/);
  assert.match(text, /reload_duration_seconds_count\{namespace="shop",policy="web"\} 1/);
});

test('a policy has one current_config_version and one policy_phase, and nothing at all when it is gone', async () => {
  const metrics = openMetrics();
  const series = async () => (await metrics.text()).split('\n').filter((line) => line.includes('policy="web"'));
  const told = async (name: string) => (await series()).filter((line) => line.startsWith(name));
  metrics.stands('shop', 'web', standing({ stable: 'r1', phase: 'Progressing' }));
  metrics.stands('shop', 'web', standing({ stable: 'r2', phase: 'Healthy', outcome: 'Succeeded' }));
  assert.deepEqual(await told('current_config_version'), ['current_config_version{namespace="shop",policy="web",version="r2"} 1']);
  assert.deepEqual(await told('policy_phase'), ['policy_phase{namespace="shop",policy="web",phase="Healthy",outcome="Succeeded"} 1']);

  metrics.reloaded('shop', 'web', true, 'Confirmed', 40);
  metrics.reloaded('shop', 'web', false, 'refused', null);
  metrics.rolledOut('shop', 'web', 'Succeeded');
  for (const refused of [null, 'too late']) metrics.heard('shop', 'web', { ...PAUSE, refused });
  metrics.stands('shop', 'web', standing({ gates: [{ gate: 'errors', kind: 'unknown', because: '' }] }));
  // The other leader's time: what was counted stays meanwhile.
  metrics.forget();
  metrics.stands('shop', 'web', standing({ gates: [{ gate: 'latency', kind: 'pass', because: '' }] }));
  metrics.stands('shop', 'other', standing());
  metrics.gone('shop', 'web');
  assert.deepEqual(await series(), []);
  assert.match(await metrics.text(), /config_revisions_live\{namespace="shop",policy="other"\} 1/);
});

test('when a policy goes, the series of the others are not looked through: a namespace may go with a thousand', () => {
  const metrics = openMetrics();
  metrics.stands('shop', 'web', standing());
  // The way to look through them is there, and only left out of prom-client's types.
  const all = metrics.registry.getMetricsAsArray() as unknown as { get: () => unknown }[];
  for (const metric of all) metric.get = () => assert.fail('all series were asked for');
  metrics.gone('shop', 'web');
});

test('who leads no more says nothing of what runs, and what it counted stays', async () => {
  const metrics = openMetrics();
  metrics.stands('shop', 'web', standing({ skewedSince: 1 }));
  metrics.queue(() => 3);
  metrics.rolledOut('shop', 'web', 'RolledBack');
  assert.match(await metrics.text(), /^queue_depth 3$/m);
  metrics.forget();
  const text = await metrics.text();
  assert.match(text, /^queue_depth 0$/m);
  assert.deepEqual(
    [...text.matchAll(/^(\w+)\{.*policy="web".*\} [1-9]/gm)].map(([, name]) => name),
    ['rollouts_total'],
  );
});

test('the skew grows while members are on different revisions, and is 0 when they are on one', async () => {
  let now = 60_000;
  const metrics = openMetrics(() => now);
  const skew = async () => /^config_skew_seconds\{.*\} (\d+)$/m.exec(await metrics.text())?.[1];
  metrics.stands('shop', 'web', standing({ skewedSince: 50_000 }));
  assert.equal(await skew(), '10');
  now += 5000;
  assert.equal(await skew(), '15');
  metrics.stands('shop', 'web', standing());
  assert.equal(await skew(), '0');
});

test('a gate’s verdict is counted as it comes, and anew in the next bake', async () => {
  const metrics = openMetrics();
  const gate = (kind: 'wait' | 'fail') => standing({ gates: [{ gate: 'errors', kind, because: '' }] });
  for (const it of [gate('wait'), gate('wait'), gate('fail'), standing(), gate('fail')]) metrics.stands('shop', 'web', it);
  const counts = [...(await metrics.text()).matchAll(/^gate_verdicts_total\{.*gate="errors",verdict="(\w+)"\} (\d)/gm)];
  assert.deepEqual(
    counts.map(([, verdict, count]) => [verdict, count]),
    [
      ['wait', '1'],
      ['fail', '2'],
    ],
  );
});

test('a policy that is new has its outcomes at 0, so that the first one is a rise', async () => {
  const metrics = openMetrics();
  metrics.stands('shop', 'web', standing());
  assert.match(await metrics.text(), /rollouts_total\{namespace="shop",policy="web",outcome="RolledBack"\} 0/);
});

test('members that had seen a higher epoch are counted by how they said so', async () => {
  const metrics = openMetrics();
  metrics.counters.outranked('hello');
  metrics.counters.outranked('ack');
  assert.match(await metrics.text(), /link_outranked_total\{by="hello"\} 1\n.*by="ack"\} 1/);
});

test('each watch says when it heard of the API server last, and whether it fails', async () => {
  const metrics = openMetrics();
  const health = { lastHeardAt: 1_700_000_000_000, failing: null, relists: 2, reconnects: 9, stalls: 0, garbled: 0, handlerErrors: 0 };
  metrics.watches({
    pods: { health: () => health },
    secrets: { health: () => ({ ...health, lastHeardAt: null, failing: 'the connection was reset' }) },
  });
  await metrics.text();
  const text = await metrics.text();
  assert.match(text, /watch_heard_timestamp_seconds\{resource="pods"\} 1700000000\n/);
  assert.doesNotMatch(text, /watch_heard_timestamp_seconds\{resource="secrets"\}/);
  assert.match(text, /watch_failing\{resource="pods"\} 0\n.*"secrets"\} 1\n/);
  assert.match(text, /watch_relists_total\{resource="pods"\} 2\n/);
});

test('reviews of pods are counted by what came of them, and timed', async () => {
  const metrics = openMetrics();
  metrics.reviewed('injected', 3);
  metrics.reviewed('refused', 0.2);
  const text = await metrics.text();
  assert.match(text, /injections_total\{result="injected"\} 1\n.*result="refused"\} 1/);
  assert.match(text, /injection_duration_seconds_bucket\{le="0.0005"\} 1\n/);
  assert.match(text, /injection_duration_seconds_bucket\{le="0.005"\} 2\n/);
});

const PAUSE = { verb: 'pause', by: 'alice', reason: null, wave: null, at: 1000 } as const;

function standing(its: Partial<Standing> = {}): Standing {
  const members = { total: 3, managed: 3, connected: 3, assigned: 3, applied: 3, confirmed: 3, refused: 0, ready: 3 };
  const rest = { stable: 'r1', phase: 'Healthy', outcome: null, revisionsLive: 1, skewedSince: null, lastStepAt: 1000 } as const;
  return { ...rest, members, gates: [], ...its };
}
