import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ReloadPolicy } from '../../crds/reload-policy.ts';
import { openRecall } from '../recall.ts';
import type { RevisionContent } from '../sources/content.ts';
import type { Reading } from '../sources/read.ts';
import { contentOf } from '../sources/testing/a-store.ts';
import type { World } from '../world.ts';
import { contentsOf, type Wanted } from './contents.ts';

const [r1, r2, r3] = [contentOf('one'), contentOf('two'), contentOf('three')];
const refs = ({ sources }: RevisionContent) => sources.map(({ kind, name, digest }) => ({ kind, name, digest: digest ?? '' }));

const aPolicy = (status: object): ReloadPolicy =>
  ReloadPolicy.parse({
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1' },
    spec: {
      sources: [{ configMap: { name: 'web' } }],
      targets: { selector: { matchLabels: { app: 'web' } } },
      handle: { http: { port: 8080, path: '/reload' } },
    },
    status,
  });
const stableIs = (revision: RevisionContent, name = revision.name) =>
  aPolicy({ stableRevision: name, revisions: [{ name, sources: refs(revision) }] });
const saying = (revision: RevisionContent): Reading => ({ kind: 'present', revision, observed: [], changedBy: null });

type Kept = { kept?: readonly RevisionContent[]; boots?: RevisionContent | null; named?: string };

/** What is kept is found by its digest. `named`: as the present key would name what is found. */
function start({ kept = [], boots = null, named }: Kept = {}) {
  const asked: string[] = [];
  const revisions: Pick<World['revisions'], 'load' | 'loadStable' | 'nameOf'> = {
    load: async (_, [ref]) => {
      asked.push(ref?.digest ?? '');
      return kept.find(({ sources }) => sources[0]?.digest === ref?.digest) ?? 'it is gone';
    },
    nameOf: ({ name }) => named ?? name,
    loadStable: async () => {
      asked.push('stable');
      return boots;
    },
  };
  const world = { recall: openRecall(), revisions } as unknown as World;
  const look = async (policy: ReloadPolicy, reading: Reading, wanted: Wanted = new Map()) => {
    const { contents, ...rest } = await contentsOf(policy, reading, wanted, world);
    const said = rest.reading.kind === 'present' ? rest.reading.revision.name : null;
    return { ...rest, said, names: contents.map(({ name }) => name), asked: asked.splice(0) };
  };
  return { look };
}

test('stable is loaded once, and then recalled', async () => {
  const { look } = start({ kept: [r1] });
  const first = await look(stableIs(r1), saying(r2));
  assert.deepEqual([first.names, first.gone, first.asked.length], [[r1.name, r2.name], null, 1]);
  assert.deepEqual((await look(stableIs(r1), saying(r2))).asked, []);
});

test('a stable that is gone is said, and the sources are still seen', async () => {
  const { gone, names } = await start().look(stableIs(r1), saying(r2));
  assert.deepEqual([gone, names], ['it is gone', [r2.name]]);
});

test('equal bytes keep the name that they have', async () => {
  const { said, names } = await start({ kept: [r1] }).look(stableIs(r1, 'f'.repeat(16)), saying(r1));
  assert.deepEqual([said, names], ['f'.repeat(16), ['f'.repeat(16)]]);
});

test('what pods start on is looked for only where no stable is known', async () => {
  const { look } = start({ boots: r1, kept: [r1] });
  const unknown = await look(aPolicy({}), saying(r2));
  assert.deepEqual([unknown.bootable, unknown.names, unknown.asked], [r1.name, [r2.name, r1.name], ['stable']]);
  const known = await look(stableIs(r1), saying(r2));
  assert.deepEqual([known.bootable, known.asked.includes('stable')], [null, false]);
});

test('what pods start on is the revision of the sources where its bytes are the same', async () => {
  const { bootable, names } = await start({ boots: { ...r1, name: 'e'.repeat(16) } }).look(aPolicy({}), saying(r1));
  assert.deepEqual([bootable, names], [r1.name, [r1.name]]);
});

test('a kept revision that is wanted comes along, and one that is gone is missing without holding anything', async () => {
  const { look } = start({ kept: [r1, r3] });
  const there = await look(stableIs(r1), saying(r2), new Map([[r3.name, refs(r3)]]));
  assert.deepEqual([there.names, there.missing.size], [[r1.name, r3.name, r2.name], 0]);
  const { gone, missing } = await start({ kept: [r1] }).look(stableIs(r1), saying(r2), new Map([[r3.name, refs(r3)]]));
  assert.deepEqual([gone, missing.get(r3.name)], [null, 'it is gone']);
});

test('a kept revision that is wanted is missing where its objects make another one', async () => {
  const { missing, names } = await start({ kept: [r1, r3] }).look(stableIs(r1), saying(r2), new Map([['f'.repeat(16), refs(r3)]]));
  assert.equal(missing.get('f'.repeat(16)), `revision ${'f'.repeat(16)} is not what it says: its content is that of ${r3.name}`);
  assert.deepEqual(names, [r1.name, r2.name]);
});

test('a kept revision that is wanted is missing where its content is in quarantine by another name, that of another digest key, say', async () => {
  const failed = { revision: 'e'.repeat(16), at: '2026-01-01T00:00:00Z', because: 'web-1 refused it', rollout: 7 };
  const policy = aPolicy({ stableRevision: r1.name, revisions: [{ name: r1.name, sources: refs(r1) }], quarantined: [failed] });
  const { look } = start({ kept: [r1, r3], named: failed.revision });
  const { missing, names } = await look(policy, saying(r2), new Map([[r3.name, refs(r3)]]));
  assert.match(
    String(missing.get(r3.name)),
    /has the content of e{16}, which is in quarantine: web-1 refused it. Retry it on the Reload of rollout 7$/,
  );
  assert.deepEqual(names, [r1.name, r2.name]);
});

test('and so it is where it was looked at before', async () => {
  const { look } = start({ kept: [r1, r3], named: 'e'.repeat(16) });
  const wanted = new Map([[r3.name, refs(r3)]]);
  const policy = (quarantined: readonly object[]) =>
    aPolicy({ stableRevision: r1.name, revisions: [{ name: r1.name, sources: refs(r1) }], quarantined });
  assert.equal((await look(policy([]), saying(r2), wanted)).missing.size, 0);
  const failed = { revision: 'e'.repeat(16), at: '2026-01-01T00:00:00Z', because: 'web-1 refused it', rollout: 7 };
  assert.equal((await look(policy([failed]), saying(r2), wanted)).missing.size, 1);
});
