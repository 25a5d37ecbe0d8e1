import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import type { SourceFile, SourceKind } from './content.ts';

/**
 * 16 hex digits that name the content of one source. A Secret's is keyed: names are shown in status and logs, and an unkeyed digest
 * would let anybody try passwords against it.
 */
export function digestOf(kind: SourceKind, files: readonly SourceFile[], key: Buffer): string {
  return digestInto(kind === 'Secret' ? createHmac('sha256', key) : createHash('sha256'), files);
}

/** Lengths before the bytes: no two different sets of files are fed alike. */
function digestInto(hash: Hash | Hmac, files: readonly SourceFile[]): string {
  for (const { key, bytes } of files.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    hash.update(`${key.length}:${key}${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex').slice(0, 16);
}
