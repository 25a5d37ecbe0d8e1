import fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** What a reader who polled without a pause has seen. `wrong`: each kind of thing that no reader may see. */
export type Polled = { readonly polls: number; readonly seen: number; readonly ms: number; readonly wrong: readonly string[] };

/** Of what both threads share: the reader counts its polls, and ends when it is told to. */
export const [POLLS, STOP] = [0, 1];
/** A file is this many times the four digits of its revision. */
export const TIMES = 250;

/**
 * A thread that polls two files, as apps do: both of one revision, by the folder that `..data` leads to at that moment, which the layout
 * of the kubelet is made for; and one alone, by its own path, each in its turn.
 */
if (parentPort !== null) {
  const { folder, alone, shared } = workerData as { folder: string; alone: readonly string[]; shared: Int32Array };
  const buffer = Buffer.alloc(2 * 4 * TIMES);
  const wrong = new Set<string>();
  const seen = new Set<string>();

  const read = (file: string): string => {
    const fd = fs.openSync(file, 'r');
    try {
      const text = buffer.toString('latin1', 0, fs.readSync(fd, buffer, 0, buffer.length, 0));
      const revision = text.slice(0, 4);
      if (text !== revision.repeat(TIMES)) wrong.add(`${file} is not whole: ${text.length} bytes`);
      return revision;
    } finally {
      fs.closeSync(fd);
    }
  };
  const readBoth = (): void => {
    const fd = fs.openSync(`${folder}/..data`, fs.constants.O_DIRECTORY);
    try {
      const [a, b] = [read(`/proc/self/fd/${fd}/a`), read(`/proc/self/fd/${fd}/b`)];
      if (a !== b) wrong.add(`a mix: a of ${a} beside b of ${b}`);
      seen.add(a);
    } finally {
      fs.closeSync(fd);
    }
  };

  parentPort.postMessage('ready');
  const since = performance.now();
  for (let poll = 0; Atomics.load(shared, STOP) === 0; poll++) {
    try {
      readBoth();
      read(alone[poll % alone.length] ?? '');
    } catch (error) {
      wrong.add(String(error));
    }
    Atomics.add(shared, POLLS, 1);
  }
  const polled: Polled = { polls: Atomics.load(shared, POLLS), seen: seen.size, ms: performance.now() - since, wrong: [...wrong] };
  parentPort.postMessage(polled);
}
