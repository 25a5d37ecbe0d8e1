import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { tar, untar } from './tar.ts';

const ENTRIES = [
  { path: 'app/empty', bytes: Buffer.alloc(0) },
  { path: 'app/block', bytes: Buffer.alloc(512, 'x') },
  { path: `blobs/sha256/${'0123456789abcdef'.repeat(4)}`, bytes: Buffer.from([0, 1, 2, 255]) },
];

test('what is packed is what comes out', () => {
  const files = untar(tar(ENTRIES));
  assert.deepEqual(
    [...files],
    ENTRIES.map(({ path, bytes }) => [path, bytes]),
  );
});

test("the machine's tar reads it, with the files readable by all", () => {
  const listing = execFileSync('tar', ['-tvf', '-'], { input: tar(ENTRIES) })
    .toString()
    .trim()
    .split('\n');
  assert.deepEqual(
    listing.map((line) => [line.slice(0, 10), line.split(' ').at(-1)]),
    ENTRIES.map(({ path }) => ['-rw-r--r--', path]),
  );
});

test('a path that ustar cannot hold is refused, not cut', () => {
  assert.throws(() => tar([{ path: 'x'.repeat(101), bytes: Buffer.alloc(0) }]), /at most 100 bytes/);
});
