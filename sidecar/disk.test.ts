import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { inVolume } from './disk.ts';
import { openFolders } from './folders.ts';
import type { Ack } from './protocol.ts';
import { areInPlace, swap } from './swap.ts';
import { type Mount, mountAt, NO_MOUNTS } from './test/mount.ts';
import { anAssignment } from './test/operator-double.ts';
import { aPod } from './test/pod.ts';
import { aVolume, put } from './test/volume.ts';
import { volumesByHand } from './volumes.ts';

const USED_UP = 'ENOSPC: no space left on device (its sizeLimit or its inodes are used up: make room in it, or make it larger)';
const IMMUTABLE = 'EPERM: operation not permitted (somebody forbids to change a name in it, as chattr +i does)';
const READ_ONLY = 'EROFS: read-only file system (the sidecar must mount it without readOnly)';

type Trouble = { readonly begin: (at: string, mount: Mount) => void; readonly end: (at: string, mount: Mount) => void };

const FULL: Trouble = {
  begin: (at) => {
    assert.throws(() => fs.writeFileSync(path.join(at, 'log'), Buffer.alloc(1024 * 1024)), /ENOSPC/);
  },
  end: (at) => fs.rmSync(path.join(at, 'log')),
};
const NO_INODES: Trouble = {
  begin: (at) => {
    const fill = (n: number) => fs.writeFileSync(path.join(at, `many${n}`), '', { flag: 'wx' });
    assert.throws(() => Array.from({ length: 1000 }, (_, n) => fill(n)), /ENOSPC/);
  },
  end: (_, mount) => mount.remount('nr_inodes=4k'),
};
const NO_WRITES: Trouble = {
  begin: (_, mount) => mount.remount('ro'),
  end: (_, mount) => mount.remount('rw'),
};
const NO_CHANGE: Trouble = {
  begin: (at) => void execFileSync('chattr', ['+i', at]),
  end: (at) => void execFileSync('chattr', ['-i', at]),
};

describe('an assignment is refused, the old files stay and the app is told nothing, and the next one is taken when it is over:', {
  skip: NO_MOUNTS,
}, () => {
  for (const [title, on, trouble, because] of [
    ['a volume is full', 'files/configmaps/web', FULL, USED_UP],
    ['a volume has no inode left', 'files/configmaps/web', NO_INODES, USED_UP],
    ['a volume became read-only', 'files/configmaps/web', NO_WRITES, READ_ONLY],
    ['a volume’s folder was made immutable', 'files/configmaps/web', NO_CHANGE, IMMUTABLE],
    ['the journal’s volume is full', 'state', FULL, USED_UP],
    ['the journal’s volume has no inode left', 'state', NO_INODES, USED_UP],
    ['the journal’s volume became read-only', 'state', NO_WRITES, READ_ONLY],
  ] as const) {
    test(title, async (t) => {
      const { at, mount, pod, sidecar, assign, told, shown } = await aPodOnASmallDisk(t, on);
      assert.equal((await assign('1', 'one')).kind, 'applied');
      assert.equal((await sidecar.startup()).status, 200);
      const before = shown();
      trouble.begin(at, mount);
      const refused = await assign('2', 'x'.repeat(20_000));
      const where = on === 'state' ? `the sidecar could not write its journal: volume "${at}"` : 'volume "configmaps/web"';
      assert.deepEqual(refused, { kind: 'refused', because: `${where}: ${because}`, agoMs: 0 });
      assert.deepEqual([shown(), told()], [before, 0]);
      trouble.end(at, mount);
      assert.equal((await assign('3', 'three')).kind, 'applied');
      assert.deepEqual([fs.readFileSync(pod.file('configmaps/web', 'a'), 'utf8'), told()], ['three', 1]);
    });
  }
});

describe('a swap over two volumes leaves both as they were, and is made whole when it is over, where meanwhile the second one', {
  skip: NO_MOUNTS,
}, () => {
  for (const [title, trouble, because] of [
    ['has no inode left', NO_INODES, USED_UP],
    ['became read-only', NO_WRITES, READ_ONLY],
    ['was made immutable', NO_CHANGE, IMMUTABLE],
  ] as const) {
    test(title, (t) => {
      const { root, at } = aVolume(t, ['configmaps/web', 'secrets/tls']);
      const small = at('secrets/tls');
      const mount = mountAt(small, 'size=64k,nr_inodes=40');
      try {
        const folders = openFolders(root, volumesByHand(root, new Set()));
        const shown = () =>
          ['configmaps/web', 'secrets/tls'].flatMap((source) => fs.readdirSync(at(source)).filter((name) => !name.startsWith('many')));
        const one = put(folders, 'r1', { 'configmaps/web': { a: '1' }, 'secrets/tls': { b: '1' } });
        swap(folders, one);
        const two = put(folders, 'r2', { 'configmaps/web': { a: '2', c: '2' }, 'secrets/tls': { b: '2', d: '2' } });
        const before = shown();
        trouble.begin(small, mount);
        assert.throws(() => swap(folders, two), { message: `volume "secrets/tls": ${because}` });
        assert.deepEqual([areInPlace(folders, one), shown()], [true, before]);
        trouble.end(small, mount);
        swap(folders, two);
        assert.deepEqual([fs.readFileSync(at('configmaps/web', 'c'), 'utf8'), fs.readFileSync(at('secrets/tls', 'd'), 'utf8')], ['2', '2']);
        for (const { fd } of folders.values()) fs.closeSync(fd);
      } finally {
        mount.unmount();
      }
    });
  }
});

test('a quota that is used up, and what nobody knows, is told with its volume as well', () => {
  const refuse = (code: string, words: string) => () => {
    throw Object.assign(new Error(`${code}: ${words}, write '/proc/self/fd/7/..data_tmp'`), { code, syscall: 'write' });
  };
  assert.throws(() => inVolume('conf', refuse('EDQUOT', 'disk quota exceeded')), {
    message: 'volume "conf": EDQUOT: disk quota exceeded (its quota is used up: make room in it, or raise the quota)',
  });
  assert.throws(() => inVolume('conf', refuse('EIO', 'i/o error')), { message: 'volume "conf": EIO: i/o error' });
});

async function aPodOnASmallDisk(t: TestContext, on: string) {
  const pod = await aPod();
  const at = path.join(pod.root, on);
  const mount = mountAt(at, 'size=64k,nr_inodes=40');
  let asked = 0;
  const app = http.createServer((_, answer) => (asked++, answer.end())).listen(0, '127.0.0.1');
  await once(app, 'listening');
  t.after(async () => {
    app.close();
    mount.unmount();
    await pod.close();
  });
  const handle = { kind: 'http', port: (app.address() as AddressInfo).port, path: '/', method: 'POST', headers: [], verify: null } as const;
  const sidecar = await pod.start();
  await pod.operator.next('hello');
  let sequence = 0;
  const assign = async (rollout: string, text: string): Promise<Ack['outcome']> => {
    const bytes = { 'configmaps/web': { a: text, b: text } };
    pod.operator.assign(anAssignment(bytes, { handle, epoch: [1, ++sequence], attempt: `${rollout}.1` }), bytes);
    return (await pod.operator.next('ack')).outcome;
  };
  /** Of the volume, what is not somebody else's: names, where links lead, bytes. */
  const shown = (below = pod.file('configmaps/web', '')): string[] =>
    fs
      .readdirSync(below)
      .filter((name) => !/^(log$|many)/.test(name))
      .flatMap((name) => {
        const it = path.join(below, name);
        const stat = fs.lstatSync(it);
        if (stat.isDirectory()) return [it, ...shown(it)];
        return [`${it} ${stat.isSymbolicLink() ? fs.readlinkSync(it) : fs.readFileSync(it, 'utf8')}`];
      });
  return { at, mount, pod, sidecar, assign, told: () => asked, shown };
}
