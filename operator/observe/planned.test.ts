import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReloadPolicySpec } from '../../crds/reload-policy.ts';
import { planned } from './planned.ts';

const aSpec = (changes: object = {}) =>
  ReloadPolicySpec.parse({
    sources: [{ configMap: { name: 'web' } }],
    targets: { selector: { matchLabels: { app: 'web' } } },
    handle: { http: { port: 8080, path: '/reload' } },
    ...changes,
  });

test('a policy that says nothing else: no approval, no quiet, no gate, and an hour for each step', () => {
  const { waves, trigger, deadlineMs, onFailure, onNewRevision, gates } = planned(aSpec());
  assert.deepEqual(waves[0], { upTo: 1, bakeMs: 30_000, approval: false, spread: null });
  assert.deepEqual(trigger, { quietMs: 0, maxWaitMs: 30_000, minIntervalMs: 0 });
  assert.deepEqual([deadlineMs, onFailure, onNewRevision, gates], [3_600_000, 'Rollback', 'Supersede', []]);
});

test('several sources are edited one after another, and so wait 2 s for the others', () => {
  const sources = [{ configMap: { name: 'web' } }, { secret: { name: 'tls' } }];
  assert.equal(planned(aSpec({ sources })).trigger.quietMs, 2_000);
  assert.equal(planned(aSpec({ sources, trigger: { quiet: '0s' } })).trigger.quietMs, 0, 'unless the policy says otherwise');
});

test('what the policy says is what the planner sees', () => {
  const { waves, trigger, deadlineMs, onFailure, onNewRevision } = planned(
    aSpec({
      waves: [{ upTo: 1, approval: 'Required', spread: 'topology.kubernetes.io/zone', bake: '2m' }, { upTo: '100%' }],
      trigger: { quiet: '5s', maxWait: '1m', minInterval: '1h' },
      deadline: '10m',
      onFailure: 'Pause',
      onNewRevision: 'Finish',
    }),
  );
  assert.deepEqual(waves[0], { upTo: 1, bakeMs: 120_000, approval: true, spread: 'topology.kubernetes.io/zone' });
  assert.deepEqual(trigger, { quietMs: 5_000, maxWaitMs: 60_000, minIntervalMs: 3_600_000 });
  assert.deepEqual([deadlineMs, onFailure, onNewRevision], [600_000, 'Pause', 'Finish']);
});

test('gates keep their names and bounds; how they are measured is not for the planner', () => {
  const prometheus = (query: string) => ({ address: 'http://prometheus:9090', query });
  const gates = {
    metrics: [
      { name: 'errors', prometheus: prometheus('errors{pod=~"{{canary}}"} - errors{pod=~"{{control}}"}'), max: 0.01, noData: 'Fail' },
      { name: 'up', prometheus: prometheus('up'), min: 1, failures: 3, dryRun: true },
    ],
    http: [{ name: 'config', port: 8080, path: '/health/config' }],
    job: { template: { spec: {} } },
  };
  const bounds = { min: null, max: null, failures: 1, noData: 'Pause', dryRun: false, comparesControl: false };
  assert.deepEqual(planned(aSpec({ gates })).gates, [
    { ...bounds, kind: 'metrics', name: 'errors', max: 0.01, noData: 'Fail', comparesControl: true },
    { ...bounds, kind: 'metrics', name: 'up', min: 1, failures: 3, dryRun: true },
    { kind: 'http', name: 'config', failures: 3 },
    { kind: 'job', name: 'job' },
  ]);
});
