import assert from 'node:assert/strict';
import { test } from 'node:test';
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

test('a policy has one current_config_version, and none when it is gone', async () => {
  const metrics = openMetrics();
  const series = async () =>
    [...(await metrics.text()).matchAll(/current_config_version\{.*version="(\w+)"\} 1/g)].map(([, version]) => version);
  metrics.runs('shop', 'web', 'r1');
  metrics.runs('shop', 'web', 'r2');
  assert.deepEqual(await series(), ['r2']);
  metrics.runs('shop', 'web', null);
  assert.deepEqual(await series(), []);
});

test('members that had seen a higher epoch are counted by how they said so', async () => {
  const metrics = openMetrics();
  metrics.counters.outranked('hello');
  metrics.counters.outranked('ack');
  assert.match(await metrics.text(), /link_outranked_total\{by="hello"\} 1\n.*by="ack"\} 1/);
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
