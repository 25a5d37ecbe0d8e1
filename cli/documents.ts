import type { File } from './inject.ts';
import { read } from './manifests.ts';
import { Misuse } from './outcome.ts';
import { sentenceOf } from './sentence.ts';

/** An object of a file, and where it stands: `web.yaml, document 2`. */
export type Placed = { readonly place: string; readonly value: unknown };

/** What is in files, those of a List each for itself. Throws in words where one is no YAML. */
export function objectsIn(files: readonly File[]): readonly Placed[] {
  return files.flatMap(({ name, text }) =>
    valuesIn(name, text).flatMap((value, i): readonly Placed[] => {
      const place = `${name}, document ${i + 1}`;
      const { kind, items } = (value ?? {}) as { kind?: unknown; items?: unknown };
      return kind === 'List' && Array.isArray(items) ? items.map((it: unknown) => ({ place, value: it })) : [{ place, value }];
    }),
  );
}

function valuesIn(name: string, text: string): readonly unknown[] {
  try {
    return read(text).map(({ value }) => value);
  } catch (error) {
    throw new Misuse(`${name}: ${sentenceOf(error)}`, { cause: error });
  }
}
