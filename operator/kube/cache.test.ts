import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Change, openCache } from './cache.ts';

const object = (name: string, version: string, uid = `uid-of-${name}`) => ({
  metadata: { name, namespace: 'shop', uid, resourceVersion: version },
});

function start() {
  const told: Change<string>[] = [];
  const cache = openCache(
    ({ metadata }: ReturnType<typeof object>) => `${metadata.uid}@${metadata.resourceVersion}`,
    (change) => told.push(change),
  );
  return { cache, told: () => told.splice(0).map(({ kind, key }) => `${kind} ${key}`) };
}

test('an object is added, changed and removed under namespace/name', () => {
  const { cache, told } = start();
  cache.put(object('a', '1'));
  cache.put(object('a', '2'));
  assert.equal(cache.get('shop/a'), 'uid-of-a@2');
  cache.drop(object('a', '3'));
  assert.deepEqual([told(), cache.list()], [['added shop/a', 'changed shop/a', 'removed shop/a'], []]);
});

test('a list that names the same again tells nothing', () => {
  const { cache, told } = start();
  cache.put(object('a', '1'));
  told();
  cache.put(object('a', '1'));
  cache.keepOnly(new Set(['shop/a']));
  assert.deepEqual(told(), []);
});

test('the same name with another uid is removed, then added', () => {
  const { cache, told } = start();
  cache.put(object('a', '1', 'first'));
  cache.put(object('a', '1', 'second'));
  assert.deepEqual(told(), ['added shop/a', 'removed shop/a', 'added shop/a']);
});

test('the end of an object that was replaced already does not remove its successor', () => {
  const { cache } = start();
  cache.put(object('a', '2', 'second'));
  cache.drop(object('a', '1', 'first'));
  assert.equal(cache.get('shop/a'), 'second@2');
});

test('what a list does not name is removed', () => {
  const { cache, told } = start();
  for (const name of ['a', 'b', 'c']) cache.put(object(name, '1'));
  told();
  cache.keepOnly(new Set(['shop/b']));
  assert.deepEqual([told(), cache.list()], [['removed shop/a', 'removed shop/c'], ['uid-of-b@1']]);
});

test('a list of one namespace has no object of another, nor of one whose name begins alike', () => {
  const { cache } = start();
  const of = (namespace: string, name: string) => ({ metadata: { ...object(name, '1').metadata, namespace, uid: `${namespace}-${name}` } });
  for (const [namespace, name] of [
    ['shop', 'a'],
    ['shop-2', 'b'],
    ['shop', 'c'],
  ] as const)
    cache.put(of(namespace, name));
  assert.deepEqual(cache.list('shop'), ['shop-a@1', 'shop-c@1']);
  cache.keepOnly(new Set(['shop-2/b']));
  assert.deepEqual([cache.list('shop'), cache.list()], [[], ['shop-2-b@1']]);
});

test('what is kept of an object may go on from what was kept before, of the same uid alone', () => {
  const versions = ({ metadata }: ReturnType<typeof object>, before: readonly string[] = []) => [...before, metadata.resourceVersion];
  const cache = openCache<ReturnType<typeof object>, readonly string[]>(versions, () => {});
  cache.put(object('a', '1'));
  cache.put(object('a', '2'));
  assert.deepEqual(cache.get('shop/a'), ['1', '2']);
  cache.put(object('a', '3', 'another'));
  assert.deepEqual(cache.get('shop/a'), ['3']);
});
