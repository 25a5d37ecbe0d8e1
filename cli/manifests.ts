import { isDeepStrictEqual } from 'node:util';
import { type Document, isMap, isSeq, parseAllDocuments, type Tags, visit } from 'yaml';
import type { Style } from './edit/render.ts';
import { type Splice, splices } from './edit/splices.ts';

/** One document of a file. */
export type Manifest = { readonly document: Document.Parsed; readonly value: unknown };

/** As kubectl reads it: YAML 1.1, so that 0644 is octal and `on` a boolean, but for its times and its numbers by sixties. */
const READING = {
  version: '1.1',
  customTags: (tags: Tags) => tags.filter((tag) => typeof tag === 'string' || !(tag.tag.endsWith(':timestamp') || tag.format === 'TIME')),
} as const;

/** Throws with the line where it is no YAML. */
export function read(text: string): readonly Manifest[] {
  const documents = parseAllDocuments(text, READING);
  if (!Array.isArray(documents)) return [];
  return (documents as Document.Parsed[]).map((document) => {
    const [error] = document.errors;
    // Behind its first line comes a drawing of the place.
    if (error) throw new Error(error.message.split('\n')[0]?.replace(/:$/, ''), { cause: error });
    return { document, value: withoutNulls(document.toJS({ maxAliasCount: 1000 })) };
  });
}

/** To Kubernetes a field that is null is not there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).flatMap(([key, each]) => (each === null ? [] : [[key, withoutNulls(each)]])));
}

/**
 * The text with other values in some of its documents. All else stays, byte for byte: comments, order, quotes, indents.
 * Null where it cannot be: something is shared by an anchor, and only one of those who share it is to change.
 */
export function edited(text: string, manifests: readonly Manifest[], wanted: readonly unknown[]): string | null {
  for (const aliases of ['follow', 'writtenOut'] as const) {
    const found = manifests.flatMap(({ document, value }, i) =>
      document.contents ? splices(text, { ...styleOf(document, text), aliases }, document.contents, value, wanted[i]) : [],
    );
    const result = spliced(text, found);
    if (isDeepStrictEqual(valuesOf(result), wanted)) return result;
  }
  return null;
}

function spliced(text: string, found: readonly Splice[]): string {
  // From the end, so that offsets hold; of two in one place the first one comes first.
  const fromTheEnd = found.map((splice, i) => ({ ...splice, i })).sort((a, b) => b.from - a.from || b.i - a.i);
  return fromTheEnd.reduce((result, splice) => result.slice(0, splice.from) + splice.text + result.slice(splice.to), text);
}

function valuesOf(text: string): readonly unknown[] | null {
  try {
    return read(text).map(({ value }) => value);
  } catch {
    return null;
  }
}

function styleOf(document: Document.Parsed, text: string): Omit<Style, 'aliases'> {
  let indentSeq = true;
  visit(document, {
    Pair(_, { key, value }) {
      if (!isSeq(value) || value.flow || isMap(key)) return undefined;
      const column = (at: number) => at - text.lastIndexOf('\n', at - 1);
      indentSeq = column(value.range?.[0] ?? 0) > column((key as { range?: [number] }).range?.[0] ?? 0);
      return visit.BREAK;
    },
  });
  return { eol: text.includes('\r\n') ? '\r\n' : '\n', indentSeq };
}
