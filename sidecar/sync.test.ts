import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { bootstrap } from './bootstrap.ts';
import { EMPTY_JOURNAL } from './journal.ts';
import { writeJournal } from './journal-file.ts';
import { swap } from './swap.ts';
import { aVolume, injectedVolumes } from './test/volume.ts';

/* A machine that loses its power has what was synced, and perhaps what was not: so what a name leads to is synced before the name is given. */

const items = [
  { key: 'a', path: 'sites/a' },
  { key: 'b', path: 'b' },
];
const conf = { name: 'conf', sources: [{ source: 'configmaps/web', items }] };
const SEALED = ['sync conf/..T/sites', 'sync conf/..T', 'sync conf'];
const written = (file: string) => [`write ${file}`, `sync ${file}`];

test('what is fetched is on the disk, with every folder on its way, before `..data` names it, and so is the swap before it is answered', (t) => {
  const { root, put, folders } = injectedVolumes(t, [conf]);
  const done = watchDisk(t, root);
  swap(folders, put('r1', { 'configmaps/web': { a: 'A', b: 'B' } }));
  assert.deepEqual(done, [
    ...written('conf/..T/..revision'),
    ...written('conf/..T/sites/a'),
    ...written('conf/..T/b'),
    ...SEALED,
    'rename conf/..data',
    'rename conf/sites',
    'rename conf/b',
    'rename conf/..revision',
    'sync conf',
  ]);
});

test('what is on the disk already is linked, or copied into another volume, and synced before `..data` names it', (t) => {
  const { root, put, folders } = injectedVolumes(t, [conf, { name: 'copy', sources: [{ source: 'configmaps/web', mode: 0o400 }] }]);
  const { folders: placed, ...one } = put(null, { 'configmaps/web': { a: 'A', b: 'B' } });
  const ofConf = { ...one, folders: placed.filter(({ volume }) => volume === 'conf') };
  const done = watchDisk(t, root);
  swap(folders, put(null, { 'configmaps/web': { a: 'A', b: 'B' } }, [ofConf]));
  assert.deepEqual(done, [
    'link conf/..T/sites/a',
    ...written('copy/..T/a'),
    'link conf/..T/b',
    ...written('copy/..T/b'),
    ...SEALED,
    'sync copy/..T',
    'sync copy',
    'rename conf/..data',
    'rename copy/..data',
    'rename conf/sites',
    'rename conf/b',
    'rename copy/a',
    'rename copy/b',
    'sync conf',
    'sync copy',
  ]);
});

test('the bootstrap volume’s files are on the disk before `..data` names them', (t) => {
  const { root, folders } = injectedVolumes(t, [conf]);
  const stable = aVolume(t);
  swap(stable.folders, stable.put(null, { 'configmaps/web': { a: 'A', b: 'B' } }));
  const done = watchDisk(t, root);
  bootstrap(folders, stable.root, new Date());
  assert.deepEqual(done, [
    ...written('conf/..T/sites/a'),
    ...written('conf/..T/b'),
    ...SEALED,
    ...['..data', 'sites', 'b'].map((name) => `rename conf/${name}`),
    'sync conf',
  ]);
});

test('the journal is on the disk before it has its name, and so is the name before anything that depends on it is done', (t) => {
  const { root } = aVolume(t);
  const done = watchDisk(t, root);
  writeJournal(root, EMPTY_JOURNAL);
  assert.deepEqual(done, [...written('journal.json.tmp'), 'rename journal.json', 'sync .']);
});

/** From here on, what is done to files below `root` that a loss of power could undo or put in another order. Symlinks are left out: a swap makes them anew. */
function watchDisk(t: TestContext, root: string): string[] {
  const done: string[] = [];
  const below = (at: string) => path.relative(root, at).replace(/\.\.\d{4}(_\d\d){5}\.\w+/, '..T') || '.';
  const ofFd = (fd: number) => below(fs.readlinkSync(`/proc/self/fd/${fd}`));
  const ofPath = (at: fs.PathLike) => below(path.join(fs.realpathSync(path.dirname(String(at))), path.basename(String(at))));
  const { writeSync, writeFileSync, fsyncSync, linkSync, renameSync } = fs;
  t.mock.method(fs, 'writeSync', (fd: number, piece: Uint8Array) => {
    done.push(`write ${ofFd(fd)}`);
    return writeSync(fd, piece);
  });
  t.mock.method(fs, 'writeFileSync', (fd: number, text: string) => {
    done.push(`write ${ofFd(fd)}`);
    writeFileSync(fd, text);
  });
  t.mock.method(fs, 'fsyncSync', (fd: number) => {
    done.push(`sync ${ofFd(fd)}`);
    fsyncSync(fd);
  });
  t.mock.method(fs, 'linkSync', (from: string, to: string) => {
    done.push(`link ${ofPath(to)}`);
    linkSync(from, to);
  });
  t.mock.method(fs, 'renameSync', (from: string, to: string) => {
    done.push(`rename ${ofPath(to)}`);
    renameSync(from, to);
  });
  return done;
}
