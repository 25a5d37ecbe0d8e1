import assert from 'node:assert/strict';
import fs from 'node:fs';
import { describe, test } from 'node:test';
import { damageOf } from './damage.ts';
import { collect, readText } from './files.ts';
import { receive } from './receive.ts';
import { stage } from './staging.ts';
import { areInPlace, swap } from './swap.ts';
import { injectedVolumes, wantedOf } from './test/volume.ts';

const NOW = new Date('2026-11-24T22:48:33Z');
const conf = (more: object = {}) => ({ name: 'conf', sources: [{ source: 'configmaps/web', ...more }] });
const items = (...all: [key: string, path: string, mode?: number][]) => ({ items: all.map(([key, path, mode]) => ({ key, path, mode })) });

describe('a volume shows', () => {
  test('every key of its source where it names none, with its mode', (t) => {
    const { put, folders, at, visible } = injectedVolumes(t, [conf({ mode: 0o440 })]);
    swap(folders, put('r1', { 'configmaps/web': { a: 'A', 'b.conf': 'B' } }));
    assert.deepEqual(visible('conf'), ['a', 'b.conf']);
    assert.equal(fs.statSync(at('conf', 'a')).mode & 0o777, 0o440);
  });

  test('only the items that it names, at their paths, and in their modes', (t) => {
    const { put, folders, at, read, visible } = injectedVolumes(t, [
      conf(items(['a', 'sites/deep/a.conf', 0o400], ['b', 'sites/b.conf'], ['b', 'again'])),
    ]);
    const placed = put('r1', { 'configmaps/web': { a: 'A', b: 'B', c: 'not shown' } });
    swap(folders, placed);
    assert.deepEqual(visible('conf'), ['again', 'sites']);
    assert.equal(fs.readlinkSync(at('conf', 'sites')), '..data/sites');
    assert.deepEqual(
      ['sites/deep/a.conf', 'sites/b.conf', 'again'].map((path) => read('conf', path)),
      ['A', 'B', 'B'],
    );
    const modes = ['sites/deep/a.conf', 'sites/b.conf', 'sites/', 'sites/deep/'].map((path) => fs.lstatSync(at('conf', path)).mode & 0o777);
    assert.deepEqual(modes, [0o400, 0o644, 0o755, 0o755]);
    assert.deepEqual([damageOf(folders, placed), areInPlace(folders, placed)], [null, true]);
    assert.equal(readText(folders, placed, 'configmaps/web', 'a'), 'A');
  });

  test('several sources, of which the later one wins a path', (t) => {
    const { put, folders, read, visible } = injectedVolumes(t, [
      { name: 'all', sources: [{ source: 'configmaps/web' }, { source: 'secrets/tls', ...items(['key', 'a'], ['key', 'tls/key']) }] },
    ]);
    swap(folders, put('r1', { 'configmaps/web': { a: 'A', b: 'B' }, 'secrets/tls': { key: 'K' } }));
    assert.deepEqual(visible('all'), ['a', 'b', 'tls']);
    assert.deepEqual(
      ['a', 'b', 'tls/key'].map((path) => read('all', path)),
      ['K', 'B', 'K'],
    );
  });

  test('no name any more whose last file went, nor a folder of one', (t) => {
    const { put, folders, visible } = injectedVolumes(t, [
      conf({ optional: true, ...items(['a', 'sites/a'], ['b', 'sites/b'], ['c', 'c']) }),
    ]);
    for (const [texts, names] of [
      [{ a: 'A', b: 'B', c: 'C' }, ['c', 'sites']],
      [{ b: 'B' }, ['sites']],
      [{}, []],
      [{ c: 'C' }, ['c']],
    ] as const) {
      const placed = put('r1', { 'configmaps/web': texts });
      swap(folders, placed);
      collect(folders, [placed]);
      assert.deepEqual(visible('conf'), names);
    }
  });
});

describe('of what several volumes show', () => {
  const two = [conf(), { name: 'other', sources: [{ source: 'configmaps/web', mode: 0o600, ...items(['a', 'x/a'], ['a', 'y']) }] }];

  test('each file is fetched once', (t) => {
    const { folders, read } = injectedVolumes(t, two);
    const { placed, lacking } = stage(folders, wantedOf('r1', { 'configmaps/web': { a: 'AA', b: 'B' } }), [], NOW);
    assert.deepEqual(
      lacking.map(({ key }) => key),
      ['a', 'b'],
    );
    const receiver = receive(folders, placed, lacking);
    assert.deepEqual(
      ['A', 'A', 'B'].map((piece) => receiver.write(Buffer.from(piece))),
      [false, false, true],
    );
    swap(folders, placed);
    assert.deepEqual([read('conf', 'a'), read('other', 'x/a'), read('other', 'y'), damageOf(folders, placed)], ['AA', 'AA', 'AA', null]);
  });

  test('nothing is fetched that is on the disk: linked in its volume, and copied where that was lost', (t) => {
    const { put, folders, at, read } = injectedVolumes(t, two);
    const one = put('r1', { 'configmaps/web': { a: 'A', b: 'B' } });
    swap(folders, one);
    fs.rmSync(fs.realpathSync(at('other', 'x/a')));
    fs.writeFileSync(fs.realpathSync(at('other', 'y')), 'X');
    const { placed, lacking } = stage(folders, wantedOf('r2', { 'configmaps/web': { a: 'A', b: 'B', empty: '' } }), [one], NOW);
    assert.deepEqual(lacking, []);
    assert.match(damageOf(folders, one) ?? '', /^volume "other": "x\/a" is missing$/);
    const before = fs.statSync(at('conf', 'a')).ino;
    swap(folders, placed);
    assert.deepEqual([read('conf', 'a'), read('other', 'x/a'), read('other', 'y'), read('conf', 'empty')], ['A', 'A', 'A', '']);
    assert.equal(fs.statSync(at('conf', 'a')).ino, before, 'linked');
    assert.equal(fs.statSync(at('other', 'y')).mode & 0o777, 0o600);
  });

  test('what no volume shows is neither fetched nor kept, though it counts in the content', (t) => {
    const { folders } = injectedVolumes(t, [conf(items(['a', 'a']))]);
    const wanted = wantedOf('r1', { 'configmaps/web': { a: 'A', hidden: 'H' }, 'secrets/tls': { key: 'K' } });
    const { placed, lacking } = stage(folders, wanted, [], NOW);
    assert.deepEqual([lacking.map(({ key }) => key), placed.content], [['a'], wanted.content]);
    assert.throws(() => readText(folders, placed, 'configmaps/web', 'hidden'), /configmaps\/web\/hidden is shown by no volume of this pod/);
  });
});

describe('a volume whose sources the policy has no longer', () => {
  test('stays as it is', (t) => {
    const { put, folders, read } = injectedVolumes(t, [conf(), { name: 'tls', sources: [{ source: 'secrets/tls' }] }]);
    swap(folders, put('r1', { 'configmaps/web': { a: 'A' }, 'secrets/tls': { key: 'K' } }));
    swap(folders, put('r2', { 'configmaps/web': { a: 'A2' } }));
    assert.deepEqual([read('conf', 'a'), read('tls', 'key')], ['A2', 'K']);
  });

  test('is refused where it never had files', (t) => {
    const { put, folders } = injectedVolumes(t, [conf(), { name: 'tls', sources: [{ source: 'secrets/tls' }] }]);
    assert.throws(
      () => put('r1', { 'configmaps/web': { a: 'A' } }),
      /^Error: volume "tls": secret "tls" not found among the sources of the policy$/,
    );
    const lenient = injectedVolumes(t, [{ name: 'tls', sources: [{ source: 'secrets/tls', optional: true }] }]);
    swap(lenient.folders, lenient.put('r1', { 'configmaps/web': { a: 'A' } }));
    assert.deepEqual(lenient.visible('tls'), []);
    assert.equal(folders.size, 2);
  });
});

const http = (key: string) => ({ kind: 'http', port: 1, path: '/', jsonPath: null, equals: { source: 'configmaps/web', key } }) as const;

for (const [title, volume, texts, because] of [
  [
    'a key that a required volume names and the source lacks',
    conf(items(['a', 'a'])),
    { b: 'B' },
    'volume "conf": configmap "web" references non-existent config key: a',
  ],
  [
    'a file where another one needs a folder',
    conf(items(['a', 'x'], ['b', 'x/y'])),
    { a: 'A', b: 'B' },
    /"x" is a file, and a folder of another one$/,
  ],
  [
    'a key that verify compares with and no volume shows',
    conf(items(['b', 'b'])),
    { b: 'B', version: '3' },
    /^verify compares with configmaps\/web\/version, which no volume/,
  ],
] as const) {
  test(`refused is ${title}, and nothing is left`, (t) => {
    const { folders, list } = injectedVolumes(t, [volume]);
    const handle = { kind: 'http', port: 1, path: '/', method: 'POST', headers: [], verify: http('version') } as const;
    const refusal = { message: because };
    assert.throws(() => stage(folders, { ...wantedOf('r1', { 'configmaps/web': texts }), handle }, [], NOW), refusal);
    assert.deepEqual(list('conf'), []);
  });
}

test('a Secret’s missing key is told of in the kubelet’s words for Secrets', (t) => {
  const { put } = injectedVolumes(t, [{ name: 'tls', sources: [{ source: 'secrets/tls', ...items(['tls.key', 'tls.key']) }] }]);
  assert.throws(() => put('r1', { 'secrets/tls': {} }), /secret "tls" references non-existent secret key: tls\.key$/);
});
