// Not by its name, which an older Node does not have: it would end before it can be told so.
import * as util from 'node:util';
import type { SourceFile } from '../../operator/sources/content.ts';
import { oneLine, type Paint } from './paint.ts';

/** So many lines around what changed. */
const AROUND = 3;
/** Longer files are not compared line by line: that takes the square of what changed. */
const LINES_MAX = 5000;

/** What has files: a source's content, say. */
export type Comparable = { readonly kind: string; readonly name: string; readonly files: readonly SourceFile[] };

/** What `to` has otherwise than `from`, source by source and key by key; empty where they are equal. Of Secrets only key names and sizes. */
export function changes(from: readonly Comparable[], to: readonly Comparable[], paint: Paint): string {
  const names = [...new Set([...from, ...to].map(nameOf))];
  return names
    .flatMap((name) => {
      const [before, after] = [from, to].map((all) => all.find((it) => nameOf(it) === name)?.files ?? []);
      const keys = [...new Set([...(before ?? []), ...(after ?? [])].map(({ key }) => key))].toSorted();
      return keys.flatMap((key) => {
        const [a, b] = [before, after].map((files) => files?.find((file) => file.key === key));
        if (a && b && a.bytes.equals(b.bytes)) return [];
        const head = paint('bold', `${name}, ${key}: ${sizes(a, b)}`);
        return name.startsWith('Secret ') ? [head] : [head, ...lineByLine(a, b, paint)];
      });
    })
    .map((line) => `${line}\n`)
    .join('');
}

function nameOf({ kind, name }: Comparable): string {
  return `${kind} ${name}`;
}

function sizes(before: SourceFile | undefined, after: SourceFile | undefined): string {
  if (!after) return `removed, ${bytesOf(before)}`;
  if (!before) return `new, ${bytesOf(after)}`;
  const from = before.bytes.length === after.bytes.length ? '' : `${before.bytes.length} → `;
  return `changed, ${from}${bytesOf(after)}`;
}

function bytesOf(file: SourceFile | undefined): string {
  const { length = 0 } = file?.bytes ?? {};
  return `${length} ${length === 1 ? 'byte' : 'bytes'}`;
}

function lineByLine(before: SourceFile | undefined, after: SourceFile | undefined, paint: Paint): readonly string[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  if (a === null || b === null) return ['  no text'];
  if (a.length + b.length > LINES_MAX) return [`  ${a.length} → ${b.length} lines: too many to compare`];
  const all = util.diff(a, b);
  // 1: only before; -1: only after.
  return all.flatMap(([sign, line], i) => {
    if (sign < 0) return [paint('green', `+ ${shown(line)}`)];
    if (sign > 0) return [paint('red', `- ${shown(line)}`)];
    const isNear = all.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(([other]) => other !== 0);
    const isFirstLeftOut = i === 0 || all.slice(Math.max(0, i - 1 - AROUND), i + AROUND).some(([other]) => other !== 0);
    return isNear ? [`  ${shown(line)}`] : isFirstLeftOut ? [paint('dim', '  …')] : [];
  });
}

/** Null for what is no text. */
function linesOf(file: SourceFile | undefined): string[] | null {
  if (!file) return [];
  const text = file.bytes.toString('utf8');
  if (text.includes('\0') || !Buffer.from(text, 'utf8').equals(file.bytes)) return null;
  return text.replace(/\n$/, '').split('\n');
}

/** Tabs and indents stay; what steers a terminal does not. */
function shown(line: string): string {
  const indent = /^[\t ]*/.exec(line)?.[0] ?? '';
  return indent + oneLine(line);
}
