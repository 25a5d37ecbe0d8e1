import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KubeError } from '../kube/errors.ts';
import { sourceReader } from './read.ts';
import { aStore, at, key } from './testing/a-store.ts';

const web = { kind: 'ConfigMap' as const, name: 'web', keys: null, optional: false };
const extra = { ...web, name: 'extra', optional: true };

function start() {
  const store = aStore();
  let version = 0;
  let reads = 0;
  const versions = new Map<string, string>();
  const kube = { get: <T>(path: string) => (reads++, store.get<T>(path)) };
  const edit = (name: string, data: Record<string, string>) => {
    const resourceVersion = String(++version);
    versions.set(name, resourceVersion);
    store.objects.set(at(name), { metadata: { name, namespace: 'shop', resourceVersion }, data });
  };
  const reader = sourceReader(kube, (_, __, name) => versions.get(name) ?? null, key);
  return { edit, kube, reader, reads: () => reads, read: (...sources: Parameters<typeof reader.read>[1]) => reader.read('shop', sources) };
}

const nameOf = (reading: Awaited<ReturnType<ReturnType<typeof start>['read']>>) =>
  reading.kind === 'present' ? reading.revision.name : reading.because;

test('what did not change is neither read nor digested again', async () => {
  const { edit, read, reads } = start();
  edit('web', { a: '1' });
  const first = await read(web, extra);
  assert.equal(await read(web, extra), first);
  assert.equal(reads(), 1);
  edit('web', { a: '2' });
  assert.notEqual(nameOf(await read(web, extra)), nameOf(first));
  edit('web', { a: '1' });
  assert.equal(nameOf(await read(web, extra)), nameOf(first));
});

test('another source, or other keys of the same one, make another revision', async () => {
  const { edit, read } = start();
  edit('web', { a: '1', b: '2' });
  const names = [await read(web, extra), await read(web), await read({ ...web, keys: ['a'] })].map(nameOf);
  edit('extra', { c: '3' });
  names.push(nameOf(await read(web, extra)));
  assert.equal(new Set(names).size, 4);
});

test('a required source that is not there holds, and its return is seen', async () => {
  const { edit, read } = start();
  assert.equal(nameOf(await read(web)), 'ConfigMap web is not there: the fleet stays on what it has');
  edit('web', { a: '1' });
  assert.equal((await read(web)).kind, 'present');
});

test('what cannot be read is unknown, and read again the next time', async () => {
  const { edit, kube, read } = start();
  edit('web', { a: '1' });
  const { get } = kube;
  kube.get = () => Promise.reject(new KubeError('no answer', { status: null, reason: 'NoAnswer' }));
  assert.deepEqual(await read(web), { kind: 'unknown', because: 'no answer' });
  kube.get = get;
  assert.equal((await read(web)).kind, 'present');
});
