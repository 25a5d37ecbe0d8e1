import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { type Folders, openFolders } from '../folders.ts';
import type { Placed } from '../journal.ts';
import type { Volume } from '../layout.ts';
import { contentOf, type FileEntry, type SourcePath } from '../protocol.ts';
import { receive } from '../receive.ts';
import { stage } from '../staging.ts';
import { volumesByHand, volumesFrom } from '../volumes.ts';

export type Texts = { readonly [source in SourcePath]?: Readonly<Record<string, string | Buffer>> };

/** Where the volumes of a pod are, so that to sync them takes no time. */
export const IN_MEMORY = fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir();

/** Source folders in a temporary place, which goes with the test. */
export function aVolume(
  t: TestContext,
  sources: readonly string[] = ['configmaps/web'],
  optional: readonly string[] = [],
  below = os.tmpdir(),
) {
  const root = fs.mkdtempSync(path.join(below, 'sidecar-files-'));
  for (const source of sources) fs.mkdirSync(path.join(root, source), { recursive: true });
  return inVolumes(t, root, volumesByHand(root, new Set(optional)));
}

/** An injected pod's volumes; the text is FLEETRELOAD_VOLUMES. */
export function injectedVolumes(t: TestContext, volumes: readonly object[]) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'sidecar-files-'));
  const layout = volumesFrom(JSON.stringify(volumes));
  for (const { name } of layout) fs.mkdirSync(path.join(root, name));
  return inVolumes(t, root, layout);
}

function inVolumes(t: TestContext, root: string, volumes: readonly Volume[]) {
  const folders = openFolders(root, volumes);
  t.after(() => {
    for (const { fd } of folders.values()) fs.closeSync(fd);
    fs.rmSync(root, { recursive: true, force: true });
  });
  const at = (source: string, name = '') => path.join(root, source, name);
  return {
    root,
    folders,
    at,
    /** Stages, and writes what is lacking. */
    put: (revision: string | null, texts: Texts, reuse: readonly Placed[] = []) => put(folders, revision, texts, reuse),
    list: (source: string) => fs.readdirSync(at(source)).toSorted(),
    /** What the app sees of the volume, but for our names. */
    visible: (volume: string) =>
      fs
        .readdirSync(at(volume))
        .filter((name) => !name.startsWith('..'))
        .toSorted(),
    /** Timestamped folders. */
    kept: (source: string) => fs.readdirSync(at(source)).filter((name) => /^\.\.\d/.test(name)),
    read: (source: string, key: string) => fs.readFileSync(at(source, key), 'utf8'),
  };
}

export function put(folders: Folders, revision: string | null, texts: Texts, reuse: readonly Placed[] = []): Placed {
  const wanted = wantedOf(revision, texts);
  const { placed, lacking } = stage(folders, wanted, reuse, new Date('2026-11-24T22:48:33Z'));
  const receiver = receive(folders, placed, lacking);
  try {
    for (const { source, key } of lacking) receiver.write(Buffer.from(texts[source]?.[key] ?? ''));
    return placed;
  } finally {
    receiver.close();
  }
}

export function wantedOf(revision: string | null, texts: Texts) {
  const sources = Object.keys(texts) as SourcePath[];
  const files = sources.flatMap((source) => Object.entries(texts[source] ?? {}).map(([key, text]) => entryOf(source, key, text)));
  return { revision, content: contentOf(files), files, sources };
}

export function entryOf(source: SourcePath, key: string, text: string | Buffer): FileEntry {
  const bytes = Buffer.from(text);
  return { source, key, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length, mode: 0o644 };
}
