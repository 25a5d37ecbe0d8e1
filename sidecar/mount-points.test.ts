import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { makeMountPoints } from './mount-points.ts';
import { areInPlace, swap } from './swap.ts';
import { aPod } from './test/pod.ts';
import { injectedVolumes } from './test/volume.ts';

const conf = (mountPoints: readonly string[]) => ({ name: 'conf', sources: [{ source: 'configmaps/web' }], mountPoints });

/** A volume in which something is mounted there. `make` answers with what could not be made. */
function mountedIn(t: TestContext, ...mountPoints: string[]) {
  const volumes = injectedVolumes(t, [conf(mountPoints)]);
  const make = (): readonly string[] => {
    const said: string[] = [];
    makeMountPoints(volumes.folders, (because) => said.push(because));
    return said;
  };
  return { ...volumes, root: volumes.at('conf'), make };
}

test('each folder that something is mounted on is there, also after a restart, and everybody may pass through it', (t) => {
  const { root, make } = mountedIn(t, 'tls', 'scratch/cache', 'scratch/more');
  assert.deepEqual([make(), make()], [[], []]);
  const folders = fs.readdirSync(root, { recursive: true }).map(String);
  assert.deepEqual(folders.toSorted(), ['scratch', 'scratch/cache', 'scratch/more', 'tls']);
  for (const folder of folders) assert.equal(fs.statSync(path.join(root, folder)).mode & 0o777, 0o755);
});

const MEDDLED =
  'nothing can be mounted at "scratch/cache": volume "conf": ENOTDIR: not a directory (something else in the pod changes what the sidecar makes there: let it mount the volume readOnly)';

test('no folder is made behind a symlink that somebody put there: that is said, and the others are made', (t) => {
  const outside = fs.mkdtempSync(path.join(os.tmpdir(), 'mount-points-'));
  t.after(() => fs.rmSync(outside, { recursive: true }));
  const { root, make } = mountedIn(t, 'scratch/cache', 'tls');
  fs.symlinkSync(outside, path.join(root, 'scratch'));
  assert.deepEqual(make(), [MEDDLED]);
  assert.deepEqual([fs.readdirSync(outside), fs.readdirSync(root).toSorted()], [[], ['scratch', 'tls']]);
});

test('a sidecar that cannot make such a folder says so, and starts', async (t) => {
  const pod = await aPod(['conf']);
  t.after(() => pod.close());
  fs.writeFileSync(pod.file('conf', 'scratch'), '');
  const sidecar = await pod.start({ FLEETRELOAD_VOLUMES: JSON.stringify([conf(['scratch/cache'])]) });
  const said = sidecar.log().map(({ level, msg }) => [level, msg]);
  assert.deepEqual(said.slice(0, 1), [['error', MEDDLED]]);
  assert.ok(said.some(([, msg]) => msg === 'started'));
});

test('what is mounted at the name of a key, or below it, hides that key, as with the kubelet; the others are shown', (t) => {
  const { root, folders, put, read, visible, make } = mountedIn(t, 'tls', 'sites/cache');
  make();
  const one = put('r1', { 'configmaps/web': { tls: 'hidden', sites: 'hidden', a: 'A' } });
  swap(folders, one);
  assert.deepEqual([areInPlace(folders, one), visible('conf'), read('conf', 'a')], [true, ['a', 'sites', 'tls'], 'A']);
  swap(folders, put('r2', { 'configmaps/web': { tls: 'hidden still', a: 'A2' } }));
  assert.deepEqual(
    [fs.readdirSync(path.join(root, 'tls')), fs.readdirSync(path.join(root, 'sites')), read('conf', 'a')],
    [[], ['cache'], 'A2'],
  );
});
