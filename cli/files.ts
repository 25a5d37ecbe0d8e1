import { readFileSync } from 'node:fs';
import type { File } from './inject.ts';

/** `-` is stdin. Throws in words where one cannot be read. */
export function readFiles(names: readonly string[]): readonly File[] {
  return names.map((name) => ({ name, text: readFileSync(name === '-' ? 0 : name, 'utf8') }));
}
