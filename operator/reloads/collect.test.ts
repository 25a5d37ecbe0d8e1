import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { KubeError } from '../kube/errors.ts';
import { ALL_RIGHTS, SEES_ALL } from '../rights.ts';
import type { RevisionContent } from '../sources/content.ts';
import { type Collecting, collectRevisions } from './collect.ts';
import { aPolicy, aReload, madeOf } from './testing/a-reload.ts';

const NOW = Date.parse('2026-02-01T00:00:00Z');
const digest = (n: number) => String(n).repeat(16);
const name = (n: number) => `web-${digest(n)}`;
const data = (text: string) => ({ data: { 'app.conf': text } });

type Shop = {
  readonly kept?: readonly number[];
  readonly bornMs?: number;
  readonly policy?: ReloadPolicy | 'unreadable' | null;
  readonly reloads?: readonly Reload[];
  readonly contents?: readonly RevisionContent[];
  readonly pods?: readonly object[];
  readonly stable?: string;
  readonly failing?: string;
  readonly forbidden?: string;
  readonly namespaces?: readonly string[];
  readonly seesPolicies?: boolean;
  readonly holds?: boolean;
  readonly told?: Map<string, object>;
};

/** What was collected of ConfigMaps `web-1111…` and so on, kept with the content `1` and so on. */
async function collected({ kept = [1], bornMs = 1_200_000, policy = null, ...shop }: Shop): Promise<readonly string[]> {
  const removed: string[] = [];
  const items = kept.map((n) => ({
    metadata: { name: name(n), namespace: 'shop', uid: `uid-${n}`, creationTimestamp: new Date(NOW - bornMs).toISOString() },
  }));
  const kube = {
    list: async (path: string) => {
      if (shop.failing !== undefined && path.includes(shop.failing)) throw new Error(`no answer: ${path}`);
      if (shop.forbidden !== undefined && path.includes(shop.forbidden)) throw new KubeError('403', { status: 403, reason: 'Forbidden' });
      const found = /^\/api\/v1\/(namespaces\/shop\/)?configmaps$/.test(path)
        ? items
        : path.endsWith('/namespaces/shop/pods')
          ? (shop.pods ?? [])
          : [];
      return { metadata: { resourceVersion: '1' }, items: found };
    },
    get: async (path: string) => {
      const object = path.split('/').at(-1) ?? '';
      if (object === 'web-stable') return shop.stable === undefined ? null : { metadata: { name: object }, ...data(shop.stable) };
      return { metadata: { name: object }, ...data(object.at(-1) ?? '') };
    },
    remove: async (path: string, body: { readonly preconditions: { readonly uid: string } }) => {
      removed.push(`${path.split('/').at(-1)} ${body.preconditions.uid}`);
      return true;
    },
  };
  const entry = policy === 'unreadable' ? { kind: 'unreadable', because: 'newer' } : { kind: 'policy', policy };
  const world = {
    kube,
    rights: { ...ALL_RIGHTS, namespaces: shop.namespaces ?? null },
    sees: { ...SEES_ALL, policiesSince: () => ((shop.seesPolicies ?? true) ? 0 : null) },
    policies: { get: () => undefined, list: () => (policy === null ? [] : [entry]) },
    reloads: { get: () => undefined, list: () => shop.reloads ?? [] },
    recall: { contents: () => shop.contents ?? [], reloads: { told: shop.told ?? new Map() } },
    lead: { holds: () => shop.holds ?? true },
    log: { info() {} },
    now: () => NOW,
  };
  await collectRevisions(world as unknown as Collecting);
  return removed;
}

const orphan = [`${name(1)} uid-1`];
const revision = (n: number) => ({ name: 'r', sources: madeOf(digest(n)) });
const mounting = (spec: object) => ({ spec });

const cases: readonly (readonly [why: string, shop: Shop, expected: readonly string[]])[] = [
  ['nothing names it, and it is older than ten minutes', {}, orphan],
  ['it is young: somebody may be about to record it', { bornMs: 599_999 }, []],
  ['a policy is on it', { policy: aPolicy({ revisions: [revision(1)] }) }, []],
  ['a policy is on another one', { policy: aPolicy({ revisions: [revision(2)] }) }, orphan],
  ['a policy that this version cannot read may be on it', { policy: 'unreadable' }, []],
  ['the history names it', { reloads: [aReload('web-1', { sources: madeOf(digest(1)) })] }, []],
  ['the history came from it', { reloads: [aReload('web-1', { from: 'r1', fromSources: madeOf(digest(1)) })] }, []],
  ['a pass looks at it right now', { contents: [revision(1) as unknown as RevisionContent] }, []],
  ['a pod mounts it', { pods: [mounting({ volumes: [{ configMap: { name: name(1) } }] })] }, []],
  ['a pod mounts it among others', { pods: [mounting({ volumes: [{ projected: { sources: [{ configMap: { name: name(1) } }] } }] })] }, []],
  ['a pod has its environment of it', { pods: [mounting({ containers: [{ envFrom: [{ configMapRef: { name: name(1) } }] }] })] }, []],
  [
    'a pod has a variable of it',
    { pods: [mounting({ initContainers: [{ env: [{ valueFrom: { configMapKeyRef: { name: name(1) } } }] }] })] },
    [],
  ],
  [
    'a pod mounts a Secret of that name, which is another object',
    { pods: [mounting({ volumes: [{ secret: { secretName: name(1) } }] })] },
    orphan,
  ],
  ['pods start on that content', { stable: '1' }, []],
  ['pods start on other content', { stable: '2' }, orphan],
  ['its policies are not seen yet, and may be on it', { seesPolicies: false }, []],
  ['it is in a namespace that is ours', { namespaces: ['blog', 'shop'] }, orphan],
  ['it is in a namespace that is not ours', { namespaces: ['blog'] }, []],
  ['another namespace of ours lets us in no more', { namespaces: ['blog', 'shop'], forbidden: '/blog/' }, orphan],
  ['this process leads no more', { holds: false }, []],
];
for (const [why, shop, expected] of cases) {
  test(`${expected.length > 0 ? 'collected' : 'kept'}: ${why}`, async () => assert.deepEqual(await collected(shop), expected));
}

test('of Reloads that somebody deleted nothing is remembered', async () => {
  const told = new Map(['uid-web-1', 'uid-web-2'].map((uid) => [uid, {}]));
  await collected({ reloads: [aReload('web-2')], told });
  assert.deepEqual([...told.keys()], ['uid-web-2']);
});

test('what could not be listed is no reason to delete anything', async () => {
  for (const failing of ['/configmaps', '/pods']) await assert.rejects(collected({ failing }), /no answer/);
});
