import { createHash, createHmac } from 'node:crypto';
import type { SourceFile } from './content.ts';

/**
 * 16 hex digits that name the content of one source. Keyed: names are shown in status and logs, and an unkeyed digest would let anybody try
 * passwords against it, or look for two contents of one name.
 */
export function digestOf(files: readonly SourceFile[], key: Buffer): string {
  const hash = createHmac('sha256', key);
  // Lengths before the bytes: no two different sets of files are fed alike.
  for (const file of files.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    hash.update(`${file.key.length}:${file.key}${file.bytes.length}:`).update(file.bytes);
  }
  return hash.digest('hex').slice(0, 16);
}

/** Tells which key named an object, and nothing of the key. */
export function keyPrint(key: Buffer): string {
  return createHash('sha256').update('fleet-reload digest key').update(key).digest('hex').slice(0, 8);
}
