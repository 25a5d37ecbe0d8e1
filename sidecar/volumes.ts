import fs from 'node:fs';
import path from 'node:path';
import { cleanPath, isSourcePath, wrongKey, wrongPath } from './key.ts';
import type { Item, Shown, Volume } from './layout.ts';

/** Of a manifest written by hand: each folder `configmaps/NAME` and `secrets/NAME` below `root` is a volume that shows the whole source. */
export function volumesByHand(root: string, optional: ReadonlySet<string>): Volume[] {
  const names = ['configmaps', 'secrets'].flatMap((kind) => namesIn(path.join(root, kind)).map((name) => `${kind}/${name}`));
  return names
    .filter(isSourcePath)
    .map((source) => ({ name: source, sources: [{ source, optional: optional.has(source), mode: null, items: null }] }));
}

function namesIn(folder: string): string[] {
  return fs.existsSync(folder) ? fs.readdirSync(folder) : [];
}

/** FLEETRELOAD_VOLUMES, which injection writes. What is wrong with it throws: a pod with half of its files must not start. */
export function volumesFrom(text: string): Volume[] {
  const volumes = list(parsed(text), 'volumes').map(volumeFrom);
  const names = volumes.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) throw wrong(`volume ${twice} is there twice`);
  if (volumes.length === 0) throw wrong('it names no volume');
  return volumes;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrong('it is no JSON');
  }
}

function volumeFrom(value: unknown): Volume {
  const { name, sources, mountPoints } = fields(value, 'a volume');
  if (typeof name !== 'string' || !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name)) throw wrong(`a volume has the name ${shown(name)}`);
  const all = list(sources, `the sources of volume ${name}`).map((each) => sourceFrom(each, name));
  if (all.length === 0) throw wrong(`volume ${name} has no sources`);
  if (mountPoints === undefined) return { name, sources: all };
  return {
    name,
    sources: all,
    mountPoints: list(mountPoints, `the mount points of volume ${name}`).map((each) => mountPointFrom(each, name)),
  };
}

function mountPointFrom(value: unknown, volume: string): string {
  const because = typeof value === 'string' ? wrongPath(value) : 'it is no path';
  if (typeof value !== 'string' || because !== null) throw wrong(`volume ${volume}: mount point ${shown(value)}: ${because}`);
  return cleanPath(value);
}

function sourceFrom(value: unknown, volume: string): Shown {
  const { source, optional = false, mode, items } = fields(value, `a source of volume ${volume}`);
  const at = `volume ${volume}: source ${shown(source)}`;
  if (typeof source !== 'string' || !isSourcePath(source)) throw wrong(`${at} is no configmaps/NAME or secrets/NAME`);
  if (typeof optional !== 'boolean') throw wrong(`${at} has optional ${shown(optional)}`);
  const every = items === undefined || items === null ? null : list(items, `${at}: its items`);
  // No items are all keys, as in a volume of the kubelet.
  return {
    source,
    optional,
    mode: modeFrom(mode, at) ?? 0o644,
    items: every === null || every.length === 0 ? null : every.map((each) => itemFrom(each, at)),
  };
}

function itemFrom(value: unknown, at: string): Item {
  const { key, path: to, mode } = fields(value, `${at}: an item`);
  if (typeof key !== 'string' || typeof to !== 'string') throw wrong(`${at}: an item needs a key and a path`);
  const because = wrongKey(key) ?? wrongPath(to);
  if (because !== null) throw wrong(`${at}: ${because}`);
  return { key, path: cleanPath(to), mode: modeFrom(mode, at) };
}

function modeFrom(mode: unknown, at: string): number | null {
  if (mode === undefined || mode === null) return null;
  if (typeof mode !== 'number' || !Number.isInteger(mode) || mode < 0 || mode > 0o777)
    throw wrong(`${at}: mode ${shown(mode)} must be 0 to 511`);
  return mode;
}

function fields(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(`${what} is ${shown(value)}`);
  return value as Record<string, unknown>;
}

function list(value: unknown, what: string): unknown[] {
  if (!Array.isArray(value)) throw wrong(`${what} must be a list, not ${shown(value)}`);
  return value;
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 80);
}

function wrong(because: string): Error {
  return new Error(`FLEETRELOAD_VOLUMES cannot be used: ${because}. Injection writes it: make the pod anew`);
}
