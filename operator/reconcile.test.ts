import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReloadPolicy } from '../crds/reload-policy.ts';
import { KubeError } from './kube/errors.ts';
import { openRecall } from './recall.ts';
import { reconcile } from './reconcile.ts';
import { ALL_RIGHTS, SEES_ALL } from './rights.ts';
import type { RevisionContent } from './sources/content.ts';
import { contentOf } from './sources/testing/a-store.ts';
import type { World } from './world.ts';

const NOW = Date.parse('2026-02-01T00:00:00Z');
const [r1, r2] = [contentOf('one'), contentOf('two')];
const kept = (content: RevisionContent) => ({
  name: content.name,
  sources: content.sources.map(({ kind, name, digest }) => ({ kind, name, digest: digest ?? '' })),
});

/** Its sources say again what is stable, and it has no members: its rollout goes back with the next pass, and ends with the one after. */
const ENDING = ReloadPolicy.parse({
  apiVersion: 'fleetreload.dev/v1alpha1',
  kind: 'ReloadPolicy',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1', generation: 1 },
  spec: {
    sources: [{ configMap: { name: 'web' } }],
    targets: { selector: { matchLabels: { app: 'web' } } },
    handle: { http: { port: 8080, path: '/reload' } },
  },
  status: {
    phase: 'Progressing',
    stableRevision: r1.name,
    candidateRevision: r2.name,
    rollout: 3,
    startedAt: '2026-01-31T23:59:00.000Z',
    revisions: [kept(r1), kept(r2)],
  },
});

const RECORD = {
  metadata: { name: 'web-3', namespace: 'shop', uid: 'u3', resourceVersion: '1', creationTimestamp: '2026-01-31T23:59:00Z' },
  spec: { policy: 'web', rollout: 3, revision: r2.name, because: 'the sources changed' },
};

test('a rollout’s end is counted once, though its Reload cannot be written at first', async () => {
  const { pass, counted, refuse } = open();
  await pass();
  refuse(true);
  await assert.rejects(pass(), /no answer/);
  refuse(false);
  await pass();
  assert.deepEqual(counted, ['web RolledBack']);
});

test('of a policy that was deleted meanwhile nothing is counted: nobody would take it away again', async () => {
  const { pass, counted, forget } = open();
  await pass();
  await pass({ recorded: forget });
  assert.deepEqual(counted, []);
});

function open() {
  let policy: ReloadPolicy | undefined = ENDING;
  let recorded = () => {};
  let refusing = false;
  const counted: string[] = [];
  const patch = async () => {
    if (refusing) throw new KubeError('no answer', { status: 503, reason: 'ServiceUnavailable' });
  };
  const kube = {
    replace: async (_: string, body: ReloadPolicy) => {
      policy = { ...ENDING, ...body, metadata: { ...ENDING.metadata, resourceVersion: '2' } };
      const written = policy;
      recorded();
      return written;
    },
    list: async () => ({ items: [] }),
    create: async () => {},
    patch,
  };
  const world = {
    kube,
    namespace: 'fleet-reload-system',
    rights: ALL_RIGHTS,
    sees: SEES_ALL,
    policies: { get: () => policy && { kind: 'policy', policy }, list: () => [] },
    reloads: { get: () => RECORD, list: () => [RECORD] },
    pods: { list: () => [] },
    freezes: { get: () => null },
    nodes: { get: () => undefined },
    budgets: { list: () => [] },
    gates: { keep() {}, measured: () => null },
    link: { report: () => undefined, assign() {}, withdraw() {} },
    sources: { read: async () => ({ kind: 'present', revision: r1, observed: [], changedBy: null }) },
    revisions: {
      load: async (_: string, [ref]: readonly { readonly digest: string }[]) =>
        [r1, r2].find((it) => it.sources[0]?.digest === ref?.digest),
      nameOf: ({ name }: RevisionContent) => name,
      store: async () => null,
      hasStable: () => true,
      writeStable: async () => null,
    },
    recall: openRecall(),
    publishCa: async () => {},
    metrics: { stands() {}, heard() {}, rolledOut: (_: string, name: string, outcome: string) => void counted.push(`${name} ${outcome}`) },
    log: { debug() {}, info() {}, warn() {}, error() {} },
    now: () => NOW,
    lead: { transitions: () => 1, since: NOW - 600_000, holds: () => true, raiseAbove: async () => {} },
  };
  return {
    counted,
    pass: (on: { readonly recorded?: () => void } = {}) => {
      recorded = on.recorded ?? (() => {});
      return reconcile('shop/web', world as unknown as World);
    },
    refuse: (yes: boolean) => (refusing = yes),
    forget: () => (policy = undefined),
  };
}
