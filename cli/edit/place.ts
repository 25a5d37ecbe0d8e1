import { isCollection, isNode, type Node, type Pair } from 'yaml';

// Where things stand in a text: offsets into it.

export function startOf(item: Node | Pair): number {
  const node = isNode(item) ? item : (item.key as Node);
  return node.range?.[0] ?? 0;
}

/** Where its last word ends: a collection's range takes the comments after it, too. */
export function endOf(item: Node | Pair): number {
  if (!isNode(item)) return isNode(item.value) ? endOf(item.value) : endOf(item.key as Node);
  const last = isCollection(item) && !item.flow ? (item.items.at(-1) as Node | Pair | undefined) : undefined;
  return last ? endOf(last) : (item.range?.[1] ?? 0);
}

export function endOfLine(text: string, at: number): number {
  // The text of a block scalar has its last line's end.
  const from = text[at - 1] === '\n' ? at - 1 : at;
  const end = text.indexOf('\n', from);
  if (end === -1) return text.length;
  return text[end - 1] === '\r' ? end - 1 : end;
}

export function columnOf(text: string, at: number): number {
  return at - (text.lastIndexOf('\n', at - 1) + 1);
}

/** The first one's comments stay with it: where the first of their lines begins, behind its indent. */
export function overComments(text: string, from: number): number {
  let at = from;
  for (;;) {
    const line = text.lastIndexOf('\n', at - 1);
    const above = text.slice(text.lastIndexOf('\n', line - 1) + 1, Math.max(line, 0));
    if (columnOf(text, from) !== above.search(/\S/) || !above.trimStart().startsWith('#') || text.slice(line + 1, at).trim() !== '')
      return at;
    at = line - above.length + columnOf(text, from);
  }
}
