import { execFileSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tar, untar } from '../../images/tar.ts';

/** What was installed before this checkout: its chart, and archives of its images, which have the tag `previous`. */
export type Previous = { readonly commit: string; readonly chart: string; readonly images: readonly string[] };

const ROOT = join(import.meta.dirname, '../..');
const INSTALLED = ['charts', 'crds', 'images', 'operator', 'sidecar'];

/** Puts it into that folder, which is empty. Its packages are those of today. */
export function previousInto(folder: string): Previous {
  const commit = before();
  execFileSync('tar', ['-x', '-C', folder], { input: git('archive', commit) });
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(process.execPath, ['images/build.ts'], { cwd: folder });
  const images = ['operator', 'sidecar'].map((name) => renamed(join(folder, 'dist/images', `${name}.tar`)));
  return { commit, chart: join(folder, 'charts/fleet-reload'), images };
}

/**
 * The commit before the last change of what is installed; PREVIOUS names another, such as a tag. A shallow clone may not have it: then this one itself
 * is upgraded to itself under another name, and the test says so.
 */
function before(): string {
  const { PREVIOUS } = process.env;
  if (PREVIOUS) return PREVIOUS;
  const last = git('log', '-1', '--format=%H', '--', ...INSTALLED)
    .toString()
    .trim();
  try {
    return git('rev-parse', '--verify', '--quiet', `${last}^`).toString().trim();
  } catch {
    return last;
  }
}

/** The archive with its image named `…:previous`, so that it stands beside today's. */
function renamed(file: string): string {
  const files = [...untar(readFileSync(file))].map(([path, bytes]) => ({
    path,
    bytes: path === 'index.json' ? previousIndex(bytes) : bytes,
  }));
  writeFileSync(file, tar(files));
  return file;
}

function previousIndex(bytes: Buffer): Buffer {
  const index = JSON.parse(bytes.toString()) as { readonly manifests: { readonly annotations: Record<string, string> }[] };
  for (const { annotations } of index.manifests)
    annotations['io.containerd.image.name'] = (annotations['io.containerd.image.name'] ?? '').replace(/[^:]*$/, 'previous');
  return Buffer.from(JSON.stringify(index));
}

function git(...args: readonly string[]): Buffer {
  return execFileSync('git', args, { cwd: ROOT, maxBuffer: 256 << 20, stdio: ['ignore', 'pipe', 'ignore'] });
}
