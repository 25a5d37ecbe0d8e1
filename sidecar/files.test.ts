import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { damageOf } from './damage.ts';
import { collect, readText } from './files.ts';
import { receive } from './receive.ts';
import { secretsOn } from './redact.ts';
import { stage } from './staging.ts';
import { areInPlace, swap } from './swap.ts';
import { aVolume, entryOf, wantedOf } from './test/volume.ts';

const NOW = new Date('2026-11-24T22:48:33Z');
const web = (texts: Record<string, string | Buffer>) => ({ 'configmaps/web': texts });

describe('files are laid out', () => {
  test('as the kubelet does it, with the revision beside the data', (t) => {
    const { put, folders, at, list, read } = aVolume(t);
    const placed = put('r1', web({ 'a.conf': 'A', 'b.conf': 'B' }));
    assert.equal(fs.existsSync(at('configmaps/web', 'a.conf')), false, 'staged is not in place');
    swap(folders, placed);
    const [folder = ''] = placed.folders.map(({ name }) => name);
    assert.match(folder, /^\.\.2026_11_24_22_48_33\.\w+$/);
    assert.deepEqual(list('configmaps/web'), [folder, '..data', '..revision', 'a.conf', 'b.conf'].toSorted());
    assert.equal(fs.readlinkSync(at('configmaps/web', '..data')), folder);
    assert.equal(fs.readlinkSync(at('configmaps/web', 'a.conf')), '..data/a.conf');
    assert.deepEqual([read('configmaps/web', 'a.conf'), read('configmaps/web', '..revision')], ['A', 'r1']);
    assert.equal(fs.statSync(at('configmaps/web', 'a.conf')).mode & 0o777, 0o644);
    assert.equal(fs.statSync(at('configmaps/web', folder)).mode & 0o777, 0o755);
    assert.equal(areInPlace(folders, placed), true);
    assert.equal(readText(folders, placed, 'configmaps/web', 'b.conf'), 'B');
  });

  test('byte for byte, whatever the bytes', (t) => {
    const { put, folders, at } = aVolume(t);
    const bytes = {
      nul: Buffer.from([0, 255, 0]),
      bom: '\ufeffx',
      crlf: 'a\r\nb',
      invalid: Buffer.from([0xc3, 0x28]),
      empty: '',
      large: Buffer.alloc(1024 * 1024, 7),
    };
    swap(folders, put('r1', web(bytes)));
    for (const [key, text] of Object.entries(bytes)) assert.deepEqual(fs.readFileSync(at('configmaps/web', key)), Buffer.from(text), key);
  });

  test('and a key that is removed really goes, while what others put there stays', (t) => {
    const { put, folders, at, list } = aVolume(t);
    fs.writeFileSync(at('configmaps/web', 'lost+found'), 'not ours');
    swap(folders, put('r1', web({ 'a.conf': 'A', 'b.conf': 'B' })));
    swap(folders, put(null, web({ 'b.conf': 'B' })));
    assert.deepEqual(
      list('configmaps/web').filter((name) => !/^\.\.[\dd]/.test(name)),
      ['b.conf', 'lost+found'],
    );
  });

  test('also where folders are in the way: at names that no key may have they go, and at a key’s name the refusal says so', (t) => {
    const { put, folders, at, list, read } = aVolume(t);
    for (const name of ['..data', '..data_tmp', '..key0_tmp', '..revision'])
      fs.mkdirSync(at('configmaps/web', `${name}/deep/er`), { recursive: true });
    const placed = put('r1', web({ a: 'A' }));
    swap(folders, placed);
    assert.deepEqual([read('configmaps/web', 'a'), read('configmaps/web', '..revision'), list('configmaps/web').length], ['A', 'r1', 4]);
    fs.mkdirSync(at('configmaps/web', 'b'));
    const because = /^Error: volume "configmaps\/web": a folder that is not the sidecar's is in the place of "b": remove it$/;
    assert.throws(() => swap(folders, put('r2', web({ a: 'A2', b: 'B' }))), because);
    assert.equal(read('configmaps/web', 'a'), 'A');
  });

  test('without keys for a source that is optional and absent', (t) => {
    const { put, folders, list } = aVolume(t, ['configmaps/web', 'secrets/tls']);
    swap(folders, put('r1', { 'configmaps/web': { a: 'A' }, 'secrets/tls': {} }));
    assert.deepEqual(
      list('secrets/tls').filter((name) => !/^\.\.\d/.test(name)),
      ['..data', '..revision'],
    );
  });
});

describe('what is on the disk already', () => {
  test('is not asked for again, from the files in place and those before', (t) => {
    const { put, folders, read } = aVolume(t);
    const one = put('r1', web({ a: 'A', b: 'B' }));
    const two = put('r2', web({ a: 'A', b: 'B2' }));
    swap(folders, two);
    const { placed, lacking } = stage(folders, wantedOf('r3', web({ a: 'A', b: 'B', c: 'C', renamed: 'B2' })), [two, one], NOW);
    assert.deepEqual(
      lacking.map(({ key }) => key),
      ['c'],
    );
    const receiver = receive(folders, placed, lacking);
    assert.equal(receiver.write(Buffer.from('C')), true);
    swap(folders, placed);
    assert.deepEqual(
      ['a', 'b', 'c', 'renamed'].map((key) => read('configmaps/web', key)),
      ['A', 'B', 'C', 'B2'],
    );
  });

  test('is asked for where it was changed or lost', (t) => {
    const { put, folders, at } = aVolume(t);
    const one = put('r1', web({ a: 'A', b: 'B', c: 'C' }));
    const [folder = ''] = one.folders.map(({ name }) => name);
    assert.equal(damageOf(folders, one), null);
    fs.writeFileSync(at('configmaps/web', `${folder}/a`), 'X');
    fs.rmSync(at('configmaps/web', `${folder}/b`));
    fs.symlinkSync('/etc/hostname', at('configmaps/web', `${folder}/b`));
    const { lacking } = stage(folders, wantedOf('r1', web({ a: 'A', b: 'B', c: 'C' })), [one], NOW);
    assert.deepEqual(
      lacking.map(({ key }) => key),
      ['a', 'b'],
    );
    assert.match(damageOf(folders, one) ?? '', /"a" has other bytes/);
  });

  test('is asked for, and not read to its end, where somebody gave it one that nobody would reach', (t) => {
    const { put, folders, at } = aVolume(t, ['secrets/db']);
    const one = put('r1', { 'secrets/db': { password: 'hunter2' } });
    swap(folders, one);
    fs.truncateSync(at('secrets/db', 'password'), 2 ** 43);
    const { lacking } = stage(folders, wantedOf('r2', { 'secrets/db': { password: 'hunter2' } }), [one], NOW);
    assert.equal(lacking.length, 1);
    assert.match(damageOf(folders, one) ?? '', /"password" has 8796093022208 bytes, and had 7$/);
    for (const read of [() => readText(folders, one, 'secrets/db', 'password'), () => secretsOn(folders)])
      assert.throws(read, /^Error: password is longer than a revision may be$/);
  });

  test('is collected but for what is kept or in place', (t) => {
    const { put, folders, kept } = aVolume(t);
    const [one, two, three] = ['1', '2', '3'].map((text) => put(`r${text}`, web({ a: text })));
    assert.ok(one && two && three);
    swap(folders, three);
    collect(folders, [two]);
    assert.deepEqual(kept('configmaps/web').toSorted(), [two, three].flatMap(({ folders: [folder] }) => folder?.name ?? []).toSorted());
  });
});

describe('a file is refused', () => {
  for (const [key, because] of [
    ['..data', /must not be '\.' or begin with '\.\.'/],
    ['..', /must not/],
    ['.', /must not/],
    ['a/b', /must consist of/],
    ['a b', /must consist of/],
    ['a\nb', /must consist of/],
    ['', /1 to 253/],
    ['x'.repeat(254), /1 to 253/],
  ] as const) {
    test(`whose key is ${JSON.stringify(key.slice(0, 20))}`, (t) => {
      const { folders, kept } = aVolume(t);
      assert.throws(() => stage(folders, wantedOf('r1', web({ [key]: 'x' })), [], NOW), because);
      assert.deepEqual(kept('configmaps/web'), []);
    });
  }

  test('whose source is not mounted, or not among the sources', (t) => {
    const { folders } = aVolume(t);
    assert.throws(
      () => stage(folders, wantedOf('r1', { 'secrets/tls': { a: 'A' } }), [], NOW),
      /secrets\/tls has no folder in this pod: mount/,
    );
    assert.throws(() => stage(folders, { ...wantedOf('r1', web({ a: 'A' })), sources: [] }, [], NOW), /not among the sources/);
  });

  test('that comes with other bytes, with more, or twice', (t) => {
    const { folders } = aVolume(t);
    const wanted = wantedOf('r1', web({ a: 'AAAA', b: 'B' }));
    const begin = () => {
      const { placed, lacking } = stage(folders, wanted, [], NOW);
      return receive(folders, placed, lacking);
    };
    assert.throws(() => begin().write(Buffer.from('XXXX')), /configmaps\/web\/a came with other bytes than were announced/);
    assert.throws(() => begin().write(Buffer.from('AAAAB')), /came with more than its 4 bytes/);
    const receiver = begin();
    assert.deepEqual(
      ['A', 'AAA', 'B'].map((piece) => receiver.write(Buffer.from(piece))),
      [false, false, true],
    );
    assert.throws(() => receiver.write(Buffer.from('B')), /more bytes came than were asked for/);
    const twice = { ...wanted, files: [entryOf('configmaps/web', 'c', ''), entryOf('configmaps/web', 'c', '')] };
    assert.throws(() => stage(folders, twice, [], NOW), /configmaps\/web: key "c" is there twice/);
  });
});

describe('nothing leads out of the folder', () => {
  test('not a folder that was replaced by a symlink while files were staged', (t) => {
    const { folders, at, root } = aVolume(t);
    const outside = path.join(root, 'outside');
    fs.mkdirSync(outside);
    fs.writeFileSync(path.join(outside, 'precious'), 'x');
    const { placed, lacking } = stage(folders, wantedOf('r1', web({ a: 'A' })), [], NOW);
    const [folder = ''] = placed.folders.map(({ name }) => name);
    fs.rmSync(at('configmaps/web', folder), { recursive: true });
    fs.symlinkSync(outside, at('configmaps/web', folder));
    const receiver = receive(folders, placed, lacking);
    assert.throws(() => receiver.write(Buffer.from('A')), /ENOTDIR|ELOOP/);
    collect(folders, []);
    assert.deepEqual(fs.readdirSync(outside), ['precious']);
  });

  test('not a symlink at a key’s name: it is replaced, and not followed', (t) => {
    const { put, folders, at, root, read } = aVolume(t);
    const outside = path.join(root, 'outside');
    fs.writeFileSync(outside, 'precious');
    fs.symlinkSync(outside, at('configmaps/web', 'a'));
    swap(folders, put('r1', web({ a: 'A' })));
    assert.deepEqual([read('configmaps/web', 'a'), fs.readFileSync(outside, 'utf8')], ['A', 'precious']);
  });
});
