import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openFolder } from './folder.ts';
import { makeMountPoints } from './mount-points.ts';

const inVolume = (mountPoints: readonly string[], root = fs.mkdtempSync(path.join(os.tmpdir(), 'mount-points-'))) => {
  makeMountPoints({ name: 'conf', sources: [], mountPoints, ...openFolder(root) });
  return root;
};

test('each folder that something is mounted on is there, also after a restart, and everybody may pass through it', () => {
  const root = inVolume(['tls', 'scratch/cache', 'scratch/more']);
  inVolume(['tls', 'scratch/cache', 'scratch/more'], root);
  const folders = fs.readdirSync(root, { recursive: true }).map(String);
  assert.deepEqual(folders.toSorted(), ['scratch', 'scratch/cache', 'scratch/more', 'tls']);
  for (const folder of folders) assert.equal(fs.statSync(path.join(root, folder)).mode & 0o777, 0o755);
});

test('no folder is made behind a symlink that somebody put there', () => {
  const outside = fs.mkdtempSync(path.join(os.tmpdir(), 'mount-points-'));
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'mount-points-'));
  fs.symlinkSync(outside, path.join(root, 'scratch'));
  assert.throws(() => inVolume(['scratch/cache'], root), { code: 'ENOTDIR' });
  assert.deepEqual(fs.readdirSync(outside), []);
});
