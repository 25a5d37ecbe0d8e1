import { isDeepStrictEqual } from 'node:util';
import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml';
import { columnOf, endOf, endOfLine, overComments, startOf } from './place.ts';
import { block, inline, type Style } from './render.ts';

/** Other text in place of what is between two offsets. */
export type Splice = { readonly from: number; readonly to: number; readonly text: string };

type Values = Readonly<Record<string, unknown>>;

/** What makes `node`, whose value is `before`, have the value `after`: nothing of the text that does not have to change. */
export function splices(text: string, style: Style, node: Node, before: unknown, after: unknown): readonly Splice[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (isAlias(node) && style.aliases === 'follow') return [];
  if (isMap(node) && isValues(before) && isValues(after)) return ofMap({ text, style, node, before, after });
  if (isSeq(node) && Array.isArray(before) && Array.isArray(after)) return ofSeq({ text, style, node, before, after });
  return [whole(text, style, node, after)];
}

type Change<N, V> = { readonly text: string; readonly style: Style; readonly node: N; readonly before: V; readonly after: V };

function ofMap({ text, style, node, before, after }: Change<YAMLMap, Values>): readonly Splice[] {
  const pairs = node.items as readonly Pair[];
  const pairOf = (key: string) => pairs.find((pair) => keyOf(pair) === key);
  const inside: Splice[] = [];
  const added: Values[] = [];
  for (const [key, value] of Object.entries(after)) {
    const own = pairOf(key);
    if (isDeepStrictEqual(before[key], value)) continue;
    if (isNode(own?.value)) inside.push(...splices(text, style, own.value, before[key], value));
    // What a merge key brings follows its anchor, or is overridden by a key of its own.
    else if (!(key in before) || style.aliases === 'writtenOut') added.push({ [key]: value });
  }
  const gone = Object.keys(before).filter((key) => !(key in after));
  const [replaced, ...others] = gone.map(pairOf);
  if (gone.length > 0 && (replaced === undefined || others.length > 0 || added.length === 0)) return [whole(text, style, node, after)];
  if (replaced) return [...inside, { from: startOf(replaced), to: endOf(replaced), text: replacing(replaced, added, node, text, style) }];
  return [...inside, ...newPairs(added, node, text, style)];
}

/** At the end, but for init containers: these stand before the containers. */
function newPairs(added: readonly Values[], node: YAMLMap, text: string, style: Style): readonly Splice[] {
  const pairs = node.items as readonly Pair[];
  const containers = pairs.findIndex((pair) => keyOf(pair) === 'containers');
  return added.map((values) => {
    const at = 'initContainers' in values && containers >= 0 ? containers : pairs.length;
    return inserted(pairs, at, node, pairText([values], node, text, style), text, style);
  });
}

/** On one line where it stood on one, so that a comment after it stays after it. */
function replacing(replaced: Pair, added: readonly Values[], node: YAMLMap, text: string, style: Style): string {
  const isInline = !node.flow && isCollection(replaced.value) && replaced.value.flow === true;
  if (!isInline) return pairText(added, node, text, style);
  const column = columnOf(text, startOf(replaced));
  const lines = added.flatMap((values) => Object.entries(values).map(([key, value]) => `${key}: ${inline(value, false)}`));
  return lines.join(style.eol + ' '.repeat(column));
}

function pairText(added: readonly Values[], node: YAMLMap, text: string, style: Style): string {
  const values = Object.assign({}, ...added) as Values;
  if (node.flow) return inline(values, isJson(node)).replace(/^\{ ?|[ ]?\}$/g, '');
  return block(values, columnOf(text, startOf(node.items[0] as Pair)), style);
}

function ofSeq({ text, style, node, before, after }: Change<YAMLSeq, readonly unknown[]>): readonly Splice[] {
  const items = node.items as readonly Node[];
  if (items.length === 0) return [whole(text, style, node, after)];
  const found: Splice[] = [];
  const inPlace = before.length === after.length && after.every((value, i) => nameOf(value) === nameOf(before[i]));
  let at = 0;
  for (const value of after) {
    const item = items[at];
    if (item && (inPlace || isSame(before[at], value))) {
      found.push(...splices(text, style, item, before[at], value));
      at++;
    } else {
      const own = node.flow ? inline(value, isJson(node)) : block([value], columnOf(text, node.range?.[0] ?? 0), style);
      found.push(inserted(items, at, node, own, text, style));
    }
  }
  return at === items.length ? found : [whole(text, style, node, after)];
}

/** Containers, volumes and mounts are known by their names. */
function isSame(a: unknown, b: unknown): boolean {
  return nameOf(a) === undefined ? isDeepStrictEqual(a, b) : nameOf(a) === nameOf(b);
}

function nameOf(value: unknown): unknown {
  return isValues(value) ? value['name'] : undefined;
}

function inserted(items: readonly (Node | Pair)[], at: number, node: YAMLMap | YAMLSeq, own: string, text: string, { eol }: Style): Splice {
  const [previous, next] = [items[at - 1], items[at]];
  if (node.flow) {
    if (previous) return here(endOf(previous), `, ${own}`);
    return next ? here(startOf(next), `${own}, `) : here((node.range?.[0] ?? 0) + 1, ` ${own} `);
  }
  const from = node.range?.[0] ?? 0;
  const column = columnOf(text, from);
  // What follows the previous one on its line is its comment; the lines after it are the next one's.
  if (previous) return here(endOfLine(text, endOf(previous)), eol + ' '.repeat(column) + own);
  return here(overComments(text, from), own + eol + ' '.repeat(column));
}

/** All of it anew: in block style where it was, else on its line. */
function whole(text: string, style: Style, node: Node, value: unknown): Splice {
  const from = node.range?.[0] ?? 0;
  const isBlock = isCollection(node) && !node.flow;
  if (isBlock) return { from, to: endOf(node), text: block(value, columnOf(text, from), style) };
  return { from, to: node.range?.[1] ?? from, text: (from > 0 && !/\s/.test(text[from - 1] ?? '') ? ' ' : '') + inline(value, false) };
}

function here(at: number, text: string): Splice {
  return { from: at, to: at, text };
}

function keyOf({ key }: Pair): unknown {
  return isScalar(key) ? key.value : undefined;
}

function isJson(node: YAMLMap | YAMLSeq): boolean {
  const [first] = node.items;
  if (first === undefined || isAlias(first) || isScalar(first)) return isScalar(first) && first.type === 'QUOTE_DOUBLE';
  if (isCollection(first)) return isJson(first as YAMLMap | YAMLSeq);
  return isScalar((first as Pair).key) && ((first as Pair).key as { type?: string }).type === 'QUOTE_DOUBLE';
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
