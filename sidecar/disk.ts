import { isCode } from './folder.ts';

const MEDDLED = 'something else in the pod changes what the sidecar makes there: let it mount the volume readOnly';

const ADVICE: Readonly<Record<string, string>> = {
  ENOSPC: 'its sizeLimit or its inodes are used up: make room in it, or make it larger',
  EDQUOT: 'its quota is used up: make room in it, or raise the quota',
  EROFS: 'the sidecar must mount it without readOnly',
  EACCES: "give the pod an fsGroup, or the sidecar the volume's uid",
  EPERM: 'somebody forbids to change a name in it, as chattr +i does',
  ENOENT: MEDDLED,
  EEXIST: MEDDLED,
  ENOTDIR: MEDDLED,
  EISDIR: MEDDLED,
  ENOTEMPTY: MEDDLED,
  ELOOP: MEDDLED,
};

/** What the disk refuses is told with the volume that it is about, and what helps; the system's path below /proc/self/fd says nothing to anybody. */
export function inVolume<T>(volume: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) throw error;
    const [reason] = error.message.split(', ');
    const advice = ADVICE[String(error.code)];
    const message = `volume ${JSON.stringify(volume)}: ${reason}${advice === undefined ? '' : ` (${advice})`}`;
    throw Object.assign(new Error(message, { cause: error }), { code: error.code });
  }
}

/** It would refuse any other file, too. */
export function isOfTheDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].some((code) => isCode(error, code));
}
