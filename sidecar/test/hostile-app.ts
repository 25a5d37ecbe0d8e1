import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/**
 * An app that may write into its volume, and puts everywhere what leads the sidecar out of it, or keeps it waiting: run with the volume, and a
 * folder outside. It goes on until it is killed.
 */
const [volume = '', outside = ''] = process.argv.slice(2);
const fifo = path.join(volume, 'fifo');

const INSTEAD: readonly ((at: string) => void)[] = [
  (at) => fs.symlinkSync(path.join(outside, 'precious'), at),
  (at) => fs.symlinkSync(path.join(outside, 'folder'), at),
  (at) => fs.symlinkSync(path.join(outside, 'fifo'), at),
  (at) => fs.symlinkSync(at, at),
  (at) => fs.symlinkSync('..', at),
  (at) => fs.linkSync(fifo, at),
  (at) => fs.writeFileSync(at, 'junk', { flag: 'wx' }),
  (at) => fs.closeSync(sparse(at)),
  (at) => fs.mkdirSync(at),
  (at) => {
    fs.mkdirSync(at);
    fs.mkdirSync(path.join(at, 'deep/er'), { recursive: true });
  },
  () => undefined,
];

/** Nothing in it, and no end that anybody would reach. */
function sparse(at: string): number {
  const fd = fs.openSync(at, 'wx');
  fs.ftruncateSync(fd, 2 ** 43);
  return fd;
}

/** All names below the volume, the sidecar's for a moment as well, each before what is in it. */
function names(): string[] {
  const reserved = ['..data', '..data_tmp', '..key0_tmp', '..key1_tmp', '..revision', 'sites', 'b'].map((name) => path.join(volume, name));
  const folders = fs.readdirSync(volume).filter((name) => /^\.\.\d/.test(name));
  const inside = folders.flatMap((name) => ['', 'sites', 'sites/a', 'b', '..revision'].map((each) => path.join(volume, name, each)));
  return [...reserved, ...inside];
}

let seed = 7;
function pick<T>(of: readonly T[]): T | undefined {
  seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
  return of[Math.floor((seed / 2 ** 31) * of.length)];
}

if (!fs.existsSync(fifo)) execFileSync('mkfifo', [fifo]);
const pause = new Int32Array(new SharedArrayBuffer(4));
process.stdout.write('ready\n');
for (;;) {
  try {
    const at = pick(names()) ?? '';
    // By itself it cannot get out: only who follows its links can.
    if (!fs.realpathSync(path.dirname(at)).startsWith(fs.realpathSync(volume))) continue;
    fs.rmSync(at, { recursive: true, force: true });
    pick(INSTEAD)?.(at);
  } catch {
    // The sidecar was there first.
  }
  // Slow enough that some of what the sidecar does comes through, and is raced at its end.
  Atomics.wait(pause, 0, 0, pick([0, 1, 2, 5]));
}
