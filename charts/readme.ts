/** The table of values in the chart's README, made from values.yaml. `node charts/readme.ts` writes it; twice gives the same bytes. */

import { readFileSync, writeFileSync } from 'node:fs';
import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

/** `says` is the comment above it; without one, its parent speaks for it. */
export type Value = { readonly path: string; readonly fallback: string; readonly says: string | null };

export const README = new URL('fleet-reload/README.md', import.meta.url);
const HEADING = '## Values\n';

/** The README as it should be: what is above the heading is written by hand. */
export function readme(): string {
  const [byHand] = readFileSync(README, 'utf8').split(HEADING);
  const rows = values().map(({ path, fallback, says }) => `| \`${path}\` | \`${fallback}\` | ${says ?? ''} |`);
  return `${byHand}${HEADING}\n| value | default | |\n|---|---|---|\n${rows.join('\n')}\n`;
}

/** What can be set, in the order of the file. A value that is a map counts as one, unless comments tell its entries apart. */
export function values(): readonly Value[] {
  const document = parseDocument(readFileSync(new URL('fleet-reload/values.yaml', import.meta.url), 'utf8'));
  return below(document.contents as YAMLMap, '');
}

function below({ items, commentBefore }: YAMLMap, above: string): readonly Value[] {
  return items.flatMap((pair, i) => {
    const says = commentOf(pair) ?? (i === 0 && above !== '' && commentBefore ? flat(commentBefore) : null);
    const path = `${above}${keyOf(pair)}`;
    const { value } = pair;
    if (isMap(value) && value.items.length > 0 && isTold(value)) return below(value, `${path}.`);
    return [{ path, fallback: JSON.stringify((value as { toJSON: () => unknown }).toJSON()), says }];
  });
}

/** Whether comments stand at the entries of the map. */
function isTold({ items, commentBefore }: YAMLMap): boolean {
  return Boolean(commentBefore) || items.some((pair) => commentOf(pair) !== null || (isMap(pair.value) && isTold(pair.value)));
}

function commentOf({ key }: Pair): string | null {
  return isScalar(key) && key.commentBefore ? flat(key.commentBefore) : null;
}

function keyOf({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

function flat(comment: string): string {
  return comment.replaceAll(/\n */g, ' ').replaceAll('|', '\\|').trim();
}

if (import.meta.main) writeFileSync(README, readme());
