import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { File } from './inject.ts';
import { Misuse } from './outcome.ts';
import { sentenceOf } from './sentence.ts';

/** `-` is stdin. Throws in words where one cannot be read. */
export function readFiles(names: readonly string[]): readonly File[] {
  return names.map((name) => ({ name, text: textOf(name) }));
}

function textOf(name: string): string {
  try {
    return readFileSync(name === '-' ? 0 : name, 'utf8');
  } catch (error) {
    throw new Misuse(`${name}: ${sentenceOf(error)}`, { cause: error });
  }
}

export function fileOption(says = 'a file of manifests, or - for stdin; repeatable'): Option {
  return new Option('-f, --filename <file>', says).argParser(appended);
}

export function appended(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
