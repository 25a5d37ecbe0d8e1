/**
 * Makes the operator's and the sidecar's images: dist/images/*.tar for the local cluster, which has their base already.
 * `--whole` writes archives with the base in dist/images/whole, for any other place. A file is written only where its bytes change.
 *
 *     test/cluster/images.sh --make node && node images/build.ts [--whole]
 */

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { type Base, type Image, archive } from './archive.ts';
import { type Program, PROGRAMS } from './programs.ts';
import { untar } from './tar.ts';

type Name = keyof typeof PROGRAMS;

const ROOT = join(import.meta.dirname, '..');
const whole = process.argv.includes('--whole');
const { base, layer } = readBase(join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fleet-reload/images/node.tar'));

const refs = chartRefs();
for (const name of ['operator', 'sidecar'] as const) await make(name, await imageOf(name, PROGRAMS[name]));

async function imageOf(name: Name, { bundled, path, flags, env }: Program): Promise<Image> {
  return {
    ref: refs[name],
    base,
    files: [{ path, bytes: await bundled() }],
    // SIGUSR1 would open node's inspector, and who reaches that runs what they like.
    entrypoint: ['/usr/bin/node', '--disable-sigusr1', ...flags, `/${path}`],
    env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    user: '65532',
    dir: '/app',
  };
}

/** What the chart installs by default: its values are where our images get their names. */
function chartRefs(): Readonly<Record<Name, string>> {
  type Named = { readonly repository: string; readonly tag: string };
  const { image, sidecar } = parse(readFileSync(join(ROOT, 'charts/fleet-reload/values.yaml'), 'utf8')) as {
    readonly image: Named;
    readonly sidecar: { readonly image: Named };
  };
  const refOf = ({ repository, tag }: Named) => `${repository}:${tag}`;
  return { operator: refOf(image), sidecar: refOf(sidecar.image) };
}

async function make(name: string, image: Image): Promise<void> {
  const file = join(ROOT, 'dist/images', whole ? 'whole' : '', `${name}.tar`);
  const bytes = archive(image, whole ? layer : undefined);
  if (existsSync(file) && readFileSync(file).equals(bytes)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.${process.pid}`, bytes);
  renameSync(`${file}.${process.pid}`, file);
  console.log(`${file}: ${Math.round(bytes.length / 1000)} kB`);
}

/** The base is a docker archive of one uncompressed layer, so that the layer's digest is also its diff ID. */
function readBase(file: string): { readonly base: Base; readonly layer: Buffer } {
  const files = untar(readFileSync(file));
  const [manifest] = JSON.parse(text(files, 'manifest.json')) as [{ Config: string; Layers: [string] }];
  const config = JSON.parse(text(files, manifest.Config)) as {
    architecture: string;
    config: { Env: string[] };
    rootfs: { diff_ids: [string] };
  };
  const layer = files.get(manifest.Layers[0]);
  if (!layer) throw new Error(`${file} has no layer ${manifest.Layers[0]}`);
  return {
    base: { digest: config.rootfs.diff_ids[0], size: layer.length, architecture: config.architecture, env: config.config.Env },
    layer,
  };
}

function text(files: ReadonlyMap<string, Buffer>, path: string): string {
  const bytes = files.get(path);
  if (!bytes) throw new Error(`the base image's archive has no ${path}`);
  return bytes.toString('utf8');
}
