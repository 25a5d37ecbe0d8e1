import { execFileSync } from 'node:child_process';

export type Mount = { remount(options: string): void; unmount(): void };

/** Why a test that mounts is skipped, if it is. */
export const NO_MOUNTS = process.getuid?.() !== 0 && 'only root may mount a small disk';

/** A disk in memory, of that size and so many inodes. */
export function mountAt(folder: string, options: string): Mount {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  return {
    remount: (other) => void execFileSync('mount', ['-o', `remount,${other}`, folder]),
    unmount: () => void execFileSync('umount', ['-l', folder]),
  };
}
