import { readFileSync } from 'node:fs';
import { Option } from 'commander';
import type { File } from './inject.ts';

/** `-` is stdin. Throws in words where one cannot be read. */
export function readFiles(names: readonly string[]): readonly File[] {
  return names.map((name) => ({ name, text: readFileSync(name === '-' ? 0 : name, 'utf8') }));
}

export function fileOption(): Option {
  return new Option('-f, --filename <file>', 'a file of manifests, or - for stdin; repeatable').argParser(appended).makeOptionMandatory();
}

export function appended(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
