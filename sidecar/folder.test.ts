import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openFolder, removeAll } from './folder.ts';
import { mountAt, NO_MOUNTS } from './test/mount.ts';

test('what may not be removed is said of it, be it no folder: nothing is looked for below a file', { skip: NO_MOUNTS }, (t) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'folder-'));
  const mount = mountAt(root, 'size=64k');
  t.after(() => {
    execFileSync('chattr', ['-i', root]);
    fs.closeSync(folder.fd);
    mount.unmount();
    fs.rmdirSync(root);
  });
  const folder = openFolder(root);
  fs.writeFileSync(path.join(root, 'file'), '');
  fs.symlinkSync('file', path.join(root, 'link'));
  execFileSync('chattr', ['+i', root]);
  for (const name of ['file', 'link']) assert.throws(() => removeAll(folder, name), { code: 'EPERM', syscall: 'unlink' });
});

test('a folder goes with all that is in it, and what is not there is gone', (t) => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'folder-'));
  const folder = openFolder(root);
  t.after(() => {
    fs.closeSync(folder.fd);
    fs.rmSync(root, { recursive: true });
  });
  fs.mkdirSync(path.join(root, 'a/b'), { recursive: true });
  fs.writeFileSync(path.join(root, 'a/b/c'), '');
  removeAll(folder, 'a');
  removeAll(folder, 'a');
  assert.deepEqual(fs.readdirSync(root), []);
});
