import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { archive, type Image } from './archive.ts';
import { untar } from './tar.ts';

const LAYER = Buffer.from('the base');
const IMAGE: Image = {
  ref: 'localhost/app:dev',
  base: { digest: digestOf(LAYER), size: LAYER.length, architecture: 'amd64', env: ['PATH=/bin'] },
  files: [{ path: 'app/app.cjs', bytes: Buffer.from('1;') }],
  entrypoint: ['/usr/bin/node', '/app/app.cjs'],
  env: ['A=1'],
  user: '65532',
  dir: '/app',
};

test('every blob has the digest and the size by which another one names it', () => {
  const files = untar(archive(IMAGE, LAYER));
  const read = (digest: string) => {
    const bytes = files.get(`blobs/${digest.replace(':', '/')}`) ?? assert.fail(`no ${digest}`);
    assert.equal(digestOf(bytes), digest);
    return bytes;
  };
  const index = parse<{ manifests: [{ digest: string }] }>(files.get('index.json'));
  const manifest = parse<{ config: Blob; layers: Blob[] }>(read(index.manifests[0].digest));
  for (const { digest, size } of [manifest.config, ...manifest.layers]) assert.equal(read(digest).length, size);
  const config = parse<{ config: { Env: string[] }; rootfs: { diff_ids: string[] } }>(read(manifest.config.digest));
  assert.deepEqual(
    config.rootfs.diff_ids,
    manifest.layers.map(({ digest }) => digest),
  );
  assert.deepEqual(config.config.Env, ['PATH=/bin', 'A=1']);
});

test('for a cluster that has the base, its layer is named and left out', () => {
  assert.ok(archive(IMAGE, LAYER).includes('the base'));
  assert.ok(!archive(IMAGE).includes('the base'));
  assert.ok(archive(IMAGE).includes(IMAGE.base.digest));
});

test('the same code gives the same bytes, so nothing is imported twice', () => {
  assert.deepEqual(archive(IMAGE), archive({ ...IMAGE, files: [{ path: 'app/app.cjs', bytes: Buffer.from('1;') }] }));
});

type Blob = { readonly digest: string; readonly size: number };

function parse<T>(bytes: Buffer | undefined): T {
  return JSON.parse(bytes?.toString() ?? '') as T;
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
