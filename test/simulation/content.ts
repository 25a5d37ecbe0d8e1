import { createHash } from 'node:crypto';
import { type RevisionContent, revisionOf } from '../../operator/sources/content.ts';
import { digestOf } from '../../operator/sources/digest.ts';

/**
 * What the source says, such as `bad-7`. The word tells what apps make of it: good; bad (refused by every app); flaky (by every second
 * try); hang (no answer); crash (the app dies of it, and does not start with it); poison (taken, and not Ready some seconds later).
 */
export type Text = `${Temper}-${number}`;
export type Temper = (typeof TEMPERS)[number];

export const TEMPERS = ['good', 'bad', 'flaky', 'hang', 'crash', 'poison'] as const;

export const DIGEST_KEY = Buffer.alloc(32);
/** In the bytes of every text, and nowhere else. */
export const SECRET = 'xyzzy';

export function temperOf(text: string): Temper {
  const temper = TEMPERS.find((it) => text.startsWith(`${it}-`));
  if (temper === undefined) throw new Error(`no such text: ${text}`);
  return temper;
}

export function dataOf(text: string): Readonly<Record<string, string>> {
  return { 'app.conf': `${text} ${SECRET}` };
}

export function textOfBytes(bytes: Buffer | string | undefined): string | null {
  return bytes === undefined ? null : (bytes.toString().split(' ')[0] ?? null);
}

export function revisionFor(text: string): RevisionContent {
  const files = Object.entries(dataOf(text)).map(([key, value]) => ({ key, bytes: Buffer.from(value) }));
  return revisionOf([{ kind: 'ConfigMap', name: 'web', digest: digestOf(files, DIGEST_KEY), files }]);
}

/** True for about half of all keys, and always for the same ones: a story that is cut shorter keeps its luck. */
export function isHeads(key: string): boolean {
  return (createHash('sha256').update(key).digest()[0] ?? 0) < 128;
}
