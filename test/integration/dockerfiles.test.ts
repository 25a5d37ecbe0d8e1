/** The Dockerfiles make the images that images/build.ts makes, and those do a real rollout. Built by buildah, without network, on a local base. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { PROGRAMS } from '../../images/programs.ts';
import { untar } from '../../images/tar.ts';
import { importImage } from '../support/kubectl.ts';
import { applyOperator, helm } from '../support/operator.ts';

const ROOT = `${import.meta.dirname}/../..`;
const FOLDER = mkdtempSync(join(tmpdir(), 'dockerfiles-'));
const run = promisify(execFile);

before(() => run(process.execPath, ['images/build.ts'], { cwd: ROOT }));
after(() => rmSync(FOLDER, { recursive: true }));

for (const [name, { path, bundled }] of Object.entries(PROGRAMS)) {
  test(`images/${name}/Dockerfile makes the ${name}'s image: its files, and how it is run`, async () => {
    const { config, architecture, files } = dockerArchive(await built(name, join(FOLDER, `${name}.tar`)));
    assert.deepEqual({ config, architecture, files }, ociArchive(`${ROOT}/dist/images/${name}.tar`));
  });

  test(`on this machine it makes the ${name}'s image for arm64, on a base of arm64, and runs nothing of that`, async () => {
    const file = await built(name, join(FOLDER, `${name}-arm64.tar`), '--platform=linux/arm64', '--build-arg=BASE=scratch');
    const { architecture, files } = dockerArchive(file);
    assert.equal(architecture, 'arm64');
    assert.deepEqual(files, { [path]: digestOf(await bundled()) });
  });
}

test('a cluster takes them, and its operator and injected sidecars do a rollout', async () => {
  for (const name of Object.keys(PROGRAMS)) await importImage(join(FOLDER, `${name}.tar`));
  await applyOperator(['image.tag=dockerfile', 'sidecar.image.tag=dockerfile']);
  await helm('test', '--timeout=3m');
});

async function built(name: string, file: string, ...options: readonly string[]): Promise<string> {
  const args = [`images/${name}/Dockerfile`, `localhost/fleet-reload-${name}:dockerfile`, file, ...options];
  await run('test/cluster/dockerfile.sh', args, { cwd: ROOT });
  return file;
}

type Config = {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly WorkingDir: string;
};
type Described = { readonly architecture: string; readonly config: Config };
/** What is run and how; of files, those of the last layer, which is ours, by their digests: megabytes are not compared in words. */
type Made = Described & { readonly files: Readonly<Record<string, string>> };

function dockerArchive(file: string): Made {
  const read = reader(file);
  const [{ Config, Layers }] = JSON.parse(read('manifest.json').toString()) as [{ Config: string; Layers: string[] }];
  return made(read(Config), read(Layers.at(-1) ?? ''));
}

function ociArchive(file: string): Made {
  const read = reader(file);
  const blob = ({ digest }: { digest: string }) => read(`blobs/${digest.replace(':', '/')}`);
  const { manifests } = JSON.parse(read('index.json').toString()) as { manifests: [{ digest: string }] };
  const { config, layers } = JSON.parse(blob(manifests[0]).toString()) as { config: { digest: string }; layers: { digest: string }[] };
  return made(blob(config), blob(layers.at(-1) ?? config));
}

function made(described: Buffer, layer: Buffer): Made {
  const { architecture, config } = JSON.parse(described.toString()) as Described;
  const files = Object.fromEntries([...untar(layer)].map(([path, bytes]) => [path, digestOf(bytes)]));
  return { architecture, config, files };
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function reader(file: string): (path: string) => Buffer {
  const files = untar(readFileSync(file));
  return (path) => files.get(path) ?? assert.fail(`${file} has no ${path}: ${[...files.keys()].join(' ')}`);
}
