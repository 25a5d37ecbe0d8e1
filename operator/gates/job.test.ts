import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeError } from '../kube/errors.ts';
import type { Bake } from './gate.ts';
import { jobGate } from './job.ts';
import type { Job } from './job-manifest.ts';
import { aBake, podsAt } from './testing/a-bake.ts';

const NAME = 'web-3-w1-gate';
const PATH = `/apis/batch/v1/namespaces/shop/jobs/${NAME}`;
const RUNNING = { kind: 'job', state: 'running', words: '' };
const never = new AbortController().signal;

test('one Job is made, with the revision and the canaries in its environment, and looked at', async () => {
  const { look, kube } = aGate();
  assert.deepEqual(await look(), RUNNING);
  assert.deepEqual(await look(), RUNNING);
  assert.equal(kube.created.length, 1);
  const { metadata, spec } = kube.created[0] as {
    metadata: Job['metadata'];
    spec: Record<string, unknown> & { template: { spec: Record<string, unknown> } };
  };
  assert.equal(metadata.name, NAME);
  assert.deepEqual(metadata.labels, { 'app.kubernetes.io/managed-by': 'fleet-reload', 'fleetreload.dev/policy': 'web' });
  assert.deepEqual(metadata.ownerReferences, [
    { apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', name: 'web', uid: 'policy-1' },
  ]);
  const { backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished } = spec;
  assert.deepEqual(
    { backoffLimit, activeDeadlineSeconds, ttlSecondsAfterFinished },
    { backoffLimit: 0, activeDeadlineSeconds: 90, ttlSecondsAfterFinished: 3600 },
  );
  const ours = [
    { name: 'FLEET_RELOAD_REVISION', value: 'c2c2c2c2c2c2c2c2' },
    { name: 'FLEET_RELOAD_CANARIES', value: 'web-1,web-2' },
    { name: 'FLEET_RELOAD_CANARY_IPS', value: '10.0.0.1,10.0.0.1' },
  ];
  assert.deepEqual(spec.template.spec, {
    restartPolicy: 'Never',
    initContainers: [{ name: 'wait', terminationMessagePolicy: 'File', env: ours }],
    containers: [
      { name: 'test', image: 'curl', terminationMessagePolicy: 'FallbackToLogsOnError', env: [...ours, { name: 'OWN', value: '1' }] },
    ],
  });
});

test('what is stable is told where there is one, and 256 canaries at most', async () => {
  const canary = Array.from({ length: 300 }, (_, index) => `uid-${index}`);
  const bake = aBake({ gates: GATES, measure: { canary } });
  const { look, kube } = aGate({
    bake: { ...bake, policy: { ...bake.policy, status: { stableRevision: 'b1b1b1b1b1b1b1b1' } } as Bake['policy'] },
  });
  await look();
  const env = envOf(kube.created[0]);
  assert.equal(env['FLEET_RELOAD_STABLE'], 'b1b1b1b1b1b1b1b1');
  assert.equal(env['FLEET_RELOAD_CANARIES']?.split(',').length, 256);
});

test('the next leader takes it up again and makes no second one', async () => {
  const first = aGate();
  await first.look();
  const second = aGate({ kube: first.kube });
  assert.deepEqual(await second.look(), RUNNING);
  assert.equal(first.kube.created.length, 1);
});

test('a Job that succeeded says so', async () => {
  const { look, kube } = aGate();
  await look();
  kube.end({ type: 'Complete' });
  assert.deepEqual(await look(), { kind: 'job', state: 'succeeded', words: '' });
});

const failures: readonly [string, object, readonly object[], string][] = [
  [
    'its last lines',
    { type: 'Failed', reason: 'BackoffLimitExceeded' },
    [{ status: { containerStatuses: [terminated('test', 1, 'GET /\nexpected 200, got 500')] } }],
    'GET / | expected 200, got 500',
  ],
  [
    'how it ended, where it was silent',
    { type: 'Failed', reason: 'BackoffLimitExceeded' },
    [
      {
        status: {
          initContainerStatuses: [terminated('wait', 0, 'fine')],
          containerStatuses: [terminated('test', 137, '', 'OOMKilled'), terminated('proxy', 0, 'bye')],
        },
      },
    ],
    'container test ended with 137 (OOMKilled)',
  ],
  [
    'that it was too slow',
    { type: 'Failed', reason: 'DeadlineExceeded', message: 'Job was active longer than specified deadline' },
    [],
    'it ran for longer than 90s',
  ],
  ['what the Job says, where no pod is left', { type: 'Failed', reason: 'PodFailurePolicy', message: 'gone' }, [], 'gone'],
];
for (const [title, condition, pods, words] of failures) {
  test(`a failed Job has as its words: ${title}`, async () => {
    const { look, kube } = aGate();
    await look();
    kube.end(condition, pods);
    assert.deepEqual(await look(), { kind: 'job', state: 'failed', words });
    assert.deepEqual(kube.listed, title.startsWith('that') ? [] : ['batch.kubernetes.io/controller-uid=job-1']);
  });
}

test('when the bake is over, a Job that still runs is deleted, and one that has ended is kept', async () => {
  const { look, leave, kube } = aGate();
  await look();
  await leave();
  assert.deepEqual(kube.removed, [[PATH, { propagationPolicy: 'Background', preconditions: { uid: 'job-1' } }]]);
  const ended = aGate();
  await ended.look();
  ended.kube.end({ type: 'Complete' });
  await ended.look();
  await ended.leave();
  assert.deepEqual(ended.kube.removed, []);
});

test('a Job that was being made when the bake ended is deleted', async () => {
  const { look, leave, kube } = aGate();
  const looking = look();
  await leave();
  assert.deepEqual(kube.removed, []);
  await looking;
  assert.equal(kube.removed.length, 1);
});

test('a Job of an earlier bake of the wave, or of another template, makes room for this one', async () => {
  const edited = { job: { ...GATES.job, timeout: '91s' } };
  for (const other of [
    aBake({ gates: GATES, measure: { since: 1 } }),
    aBake({ gates: edited }),
    aBake({ gates: GATES, measure: { candidate: 'd3' } }),
  ]) {
    const { kube } = await looked(aGate({ bake: other }));
    const { look } = aGate({ kube });
    assert.deepEqual(await look(), RUNNING);
    assert.equal(kube.removed.length, 1);
    assert.equal(kube.created.length, 1);
    await look();
    assert.equal(kube.created.length, 2);
  }
});

test('a Job that is on its way out is waited for', async () => {
  const { look, kube } = await looked(aGate());
  kube.job = { metadata: { ...(kube.job as Job).metadata, annotations: {}, deletionTimestamp: '2026-11-24T12:00:00Z' } };
  assert.deepEqual(await look(), RUNNING);
  assert.deepEqual(kube.removed, []);
});

test('a Job of that name that is not ours is left alone', async () => {
  const theirs = { name: NAME, namespace: 'shop', uid: 'x' };
  const ours = { 'app.kubernetes.io/managed-by': 'fleet-reload' };
  for (const metadata of [
    theirs,
    { ...theirs, labels: ours },
    { ...theirs, ownerReferences: [{ uid: 'policy-1' }] },
    { ...theirs, labels: ours, ownerReferences: [{ uid: 'policy-0' }] },
  ]) {
    const { look, leave, kube } = aGate();
    kube.job = { metadata };
    assert.deepEqual(await look(), { kind: 'unknown', because: `a Job ${NAME} is there that is not ours: delete it`, mistake: true });
    await leave();
    assert.deepEqual([kube.created, kube.removed], [[], []]);
  }
});

const refusals: readonly [string, KubeError, string, boolean][] = [
  [
    'the right is not given',
    refusal(403, 'Forbidden', 'jobs.batch is forbidden: User "fleet-reload" cannot create resource "jobs" in API group "batch"'),
    'the operator may not make Jobs here: set jobGate: true in the values of its Helm release',
    true,
  ],
  ['a quota', refusal(403, 'Forbidden', 'exceeded quota: jobs'), 'its Job is refused: exceeded quota: jobs', true],
  [
    'a template that is none',
    refusal(422, 'Invalid', 'spec.template.spec.containers: Required value'),
    'its Job is refused: spec.template.spec.containers: Required value',
    true,
  ],
  [
    'nobody answers',
    new KubeError('GET /x: no answer: reset', { status: null, reason: 'ECONNRESET' }),
    'its Job cannot be looked at: no answer: reset',
    false,
  ],
];
for (const [title, error, because, mistake] of refusals) {
  test(`unknown: ${title}`, async () => {
    const { look, kube } = aGate();
    kube.failing = error;
    assert.deepEqual(await look(), { kind: 'unknown', because, mistake });
  });
}

test('what a test says is not repeated where a source is a Secret: it may say what it was given', async () => {
  const bake = aBake({ gates: GATES, sources: [{ configMap: { name: 'web' } }, { secret: { name: 'tls' } }] });
  const { look, kube } = await looked(aGate({ bake }));
  kube.end({ type: 'Failed', reason: 'BackoffLimitExceeded' }, [
    { status: { containerStatuses: [terminated('test', 1, 'bad password hunter2')] } },
  ]);
  assert.deepEqual(await look(), { kind: 'job', state: 'failed', words: 'container test ended with 1 (Error)' });
});

test('a Job that somebody else was faster to make is taken up', async () => {
  const { look, kube } = aGate();
  kube.failing = refusal(409, 'AlreadyExists', 'exists');
  assert.deepEqual(await look(), RUNNING);
});

test('a Job whose pod would be a member of the fleet is not made', async () => {
  const { template } = GATES.job;
  const { look, kube } = aGate({ bake: aBake({ gates: { job: { template: { ...template, metadata: { labels: { app: 'web' } } } } } }) });
  const outcome = await look();
  assert.equal(outcome.kind === 'unknown' && outcome.mistake, true);
  assert.deepEqual(kube.created, []);
});

test('a template that is nonsense is left for the API server to refuse', async () => {
  for (const spec of [{}, { containers: 'none' }, { containers: [null, 7, { env: 'none' }] }]) {
    const { look, kube } = aGate({ bake: aBake({ gates: { job: { template: { spec } } } }) });
    await look();
    assert.equal(kube.created.length, 1);
  }
});

test('long names that begin alike have Jobs of their own, with names that Kubernetes takes', async () => {
  const names = ['a', 'b'].map((end) => `${'x'.repeat(30)}.${'y'.repeat(20)}${end}`);
  const jobs = await Promise.all(
    names.map(async (name) => (await looked(aGate({ bake: aBake({ gates: GATES, metadata: { name } }) }))).kube.job?.metadata.name ?? ''),
  );
  assert.equal(new Set(jobs).size, 2);
  for (const job of jobs) assert.match(job, /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])$/);
});

const GATES = {
  job: {
    template: {
      spec: {
        restartPolicy: 'OnFailure',
        initContainers: [{ name: 'wait', terminationMessagePolicy: 'File' }],
        containers: [
          {
            name: 'test',
            image: 'curl',
            env: [
              { name: 'OWN', value: '1' },
              { name: 'FLEET_RELOAD_REVISION', value: 'theirs' },
            ],
          },
        ],
      },
    },
    timeout: '90s',
  },
};

function aGate({ bake = aBake({ gates: GATES }), kube = aKube() }: { bake?: Bake; kube?: ReturnType<typeof aKube> } = {}) {
  const spec = bake.policy.spec.gates.job;
  assert.ok(spec);
  const gate = jobGate(spec, { kube, podOf: podsAt('10.0.0.1') });
  return { kube, look: () => gate.measure(bake, never), leave: async () => gate.leave?.(bake) };
}

async function looked(gate: ReturnType<typeof aGate>) {
  await gate.look();
  return gate;
}

/** Of one Job: what was asked for, and what it answers. */
function aKube() {
  const kube = {
    job: null as (Pick<Job, 'metadata'> & Partial<Job>) | null,
    pods: [] as readonly object[],
    failing: null as KubeError | null,
    created: [] as object[],
    removed: [] as [string, object | undefined][],
    listed: [] as unknown[],
    end: (condition: object, pods: readonly object[] = []) => {
      kube.pods = pods;
      if (kube.job) kube.job = { ...kube.job, status: { conditions: [{ status: 'True', ...condition } as never] } };
    },
    get: async <T>(): Promise<T | null> => {
      if (kube.failing && kube.failing.reason !== 'AlreadyExists') throw kube.failing;
      return kube.job as T | null;
    },
    create: async <T>(_path: string, body: object): Promise<T> => {
      if (kube.failing) throw kube.failing;
      kube.created.push(body);
      const { metadata } = body as Job;
      kube.job = { metadata: { ...metadata, namespace: 'shop', uid: `job-${kube.created.length}` } };
      return kube.job as T;
    },
    remove: async (path: string, body?: object) => {
      kube.removed.push([path, body]);
      kube.job = null;
      return true;
    },
    list: async <T>(_path: string, options?: { readonly query?: Readonly<Record<string, unknown>> | undefined }) => {
      kube.listed.push(options?.query?.['labelSelector']);
      return { metadata: { resourceVersion: '1' }, items: kube.pods as readonly T[] };
    },
  };
  return kube;
}

function terminated(name: string, exitCode: number, message: string, reason = 'Error') {
  return { name, state: { terminated: { exitCode, message, reason } } };
}

function refusal(status: number, reason: string, message: string): KubeError {
  return new KubeError(`POST /apis/batch/v1/namespaces/shop/jobs: ${status} ${reason}: ${message}`, { status, reason });
}

function envOf(job: object | undefined): Readonly<Record<string, string>> {
  const { spec } = job as { spec: { template: { spec: { containers: { env: { name: string; value: string }[] }[] } } } };
  return Object.fromEntries(spec.template.spec.containers[0]?.env.map(({ name, value }) => [name, value]) ?? []);
}
