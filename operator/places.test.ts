import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { CallOptions } from './kube/client.ts';
import { KubeError } from './kube/errors.ts';
import { openPlaces, type Place } from './places.ts';

test('of several namespaces each is watched by itself, and all are one copy', async (t) => {
  const { asked, watch, known } = open(t, { 'pods in shop': ['a'], 'pods in blog': ['b'] });
  const pods = watch('pods', ['shop', 'blog']);
  await known();
  assert.deepEqual(asked, ['pods in shop', 'pods in blog']);
  assert.deepEqual([pods.list(), pods.list('blog'), pods.get('shop/a'), pods.get('shop/b')], [['a', 'b'], ['b'], 'a', undefined]);
});

test('what comes last is asked for in a namespace when all else of it is known', async (t) => {
  const { asked, grant, watch, watchLast, known } = open(t, {}, ['pods in shop']);
  watch('pods', ['shop', 'blog']);
  const policies = watchLast('policies', ['shop', 'blog']);
  await known();
  assert.deepEqual(asked, ['pods in shop', 'pods in blog', 'policies in blog']);
  assert.equal(policies.isSynced(), false);
  grant('pods in shop');
  await policies.synced;
  assert.deepEqual(asked.slice(-2), ['pods in shop', 'policies in shop']);
});

test('a namespace that does not let us in holds up no other, and is named once', async (t) => {
  const { asked, said, watch, watchLast, known, seesSince } = open(t, {}, ['pods in shop', 'policies in shop']);
  watch('pods', ['shop', 'blog']);
  watchLast('policies', ['shop', 'blog']);
  await known();
  assert.equal(seesSince('policies', 'shop'), null);
  assert.notEqual(seesSince('policies', 'blog'), null);
  await until(() => asked.filter((it) => it === 'pods in shop').length > 1);
  assert.deepEqual(said, ['there is no right to list pods in shop: its policies are left alone, until a Role there grants it']);
});

test('without a right to its Secrets a namespace is known all the same', async (t) => {
  const { said, watch, watchLast, known, seesSince } = open(t, {}, ['secrets in shop']);
  const sees = (name: string, namespace: string) => seesSince(name, namespace) !== null;
  watch('secrets', ['shop', 'blog'], 'do without');
  watchLast('policies', [null]);
  await known();
  assert.deepEqual(
    [sees('policies', 'shop'), sees('secrets', 'shop'), sees('secrets', 'blog'), sees('secrets', 'any')],
    [true, false, true, false],
  );
  assert.deepEqual(said, ['there is no right to list secrets in shop: policies that name them are paused, until a Role there grants it']);
});

for (const [what, place, ifRefused] of [
  ['all namespaces at once', null, 'leave the namespace'],
  ['what tells of a freeze', 'shop', 'wait'],
] as const)
  test(`the right to see ${what} is waited for, and told at /readyz`, async (t) => {
    const label = place === null ? 'things' : `things in ${place}`;
    const { grant, watch, known, missing, said } = open(t, {}, [label]);
    const things = watch('things', [place], ifRefused);
    let isKnown = false;
    void known().then(() => (isKnown = true));
    await until(() => things.health().failing !== null);
    assert.deepEqual([isKnown, missing(), said], [false, [label], []]);
    grant(label);
    await known();
    assert.deepEqual(missing(), []);
  });

/** An API server with these objects, that refuses what is named in `refused` until it is granted. */
function open(t: TestContext, objects: Readonly<Record<string, readonly string[]>>, refused: readonly string[] = []) {
  const ending = new AbortController();
  t.after(() => ending.abort());
  const [asked, said, refusing]: [string[], string[], Set<string>] = [[], [], new Set(refused)];
  const nothing = () => {};
  const kube = {
    list: () => assert.fail('nothing is listed by pages'),
    watch: async (path: string, { signal }: CallOptions & { readonly signal: AbortSignal }) => {
      asked.push(path);
      if (refusing.has(path)) throw new KubeError(`${path} is forbidden`, { status: 403, reason: 'Forbidden' });
      const body = new PassThrough();
      signal.addEventListener('abort', () => body.destroy(signal.reason as Error), { once: true });
      const namespace = path.split(' in ')[1];
      for (const name of objects[path] ?? []) body.write(line('ADDED', { name, namespace, uid: name, resourceVersion: '1' }));
      body.write(line('BOOKMARK', { resourceVersion: '5', annotations: { 'k8s.io/initial-events-end': 'true' } }));
      return body;
    },
  };
  const log = { debug: nothing, info: nothing, warn: nothing, error: (_: object, message: string) => said.push(message) };
  const { watch, watchLast, ...places } = openPlaces({ kube: kube as never, log: log as never, signal: ending.signal });
  const of = (name: string, where: readonly Place[]) => ({
    name,
    in: where,
    at: (place: Place) => ({ path: place === null ? name : `${name} in ${place}` }),
    strip: ({ metadata }: Raw) => metadata.name,
    onChange: nothing,
  });
  return {
    ...places,
    asked,
    said,
    grant: (what: string) => void refusing.delete(what),
    watch: (name: string, where: readonly Place[], ifRefused: 'wait' | 'leave the namespace' | 'do without' = 'leave the namespace') =>
      watch<Raw, string>({ ...of(name, where), ifRefused }),
    watchLast: (name: string, where: readonly Place[]) => watchLast<Raw, string>(of(name, where)),
  };
}

type Raw = { readonly metadata: { readonly name: string; readonly uid: string; readonly resourceVersion: string } };

function line(type: string, metadata: object): string {
  return `${JSON.stringify({ type, object: { metadata } })}\n`;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
