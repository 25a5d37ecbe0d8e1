import { type Colour, oneLine, type Paint } from './paint.ts';

export type Piece = string | readonly [Colour, string];

/** A line, the reason below it, and what hangs on it. */
export type Branch = { readonly line: readonly Piece[]; readonly because?: string | undefined; readonly branches?: readonly Branch[] };

/** `columns`: lines are cut there, and reasons broken; null where a line has no end. */
export type Width = { readonly columns: number | null; readonly paint: Paint };

/** A reason has so much room at least, however deep it stands. */
const NARROWEST = 20;

export function tree(root: Branch, width: Width): string {
  return [...own(root, '', '', width), ...below(root, '', width)].map((line) => `${line.trimEnd()}\n`).join('');
}

function below({ branches = [] }: Branch, indent: string, width: Width): readonly string[] {
  return branches.flatMap((branch, i) => {
    const isLast = i === branches.length - 1;
    const rest = `${indent}${isLast ? '   ' : '│  '}`;
    return [...own(branch, `${indent}${isLast ? '└─ ' : '├─ '}`, rest, width), ...below(branch, rest, width)];
  });
}

function own({ line, because, branches = [] }: Branch, first: string, rest: string, width: Width): readonly string[] {
  const indent = `${rest}${branches.length > 0 ? '│  ' : '   '}`;
  const reason = because
    ? broken(oneLine(because), width.columns === null ? null : Math.max(NARROWEST, width.columns - indent.length))
    : [];
  return [
    first + painted(line, width.columns === null ? null : width.columns - first.length, width.paint),
    ...reason.map((it) => indent + it),
  ];
}

function painted(line: readonly Piece[], room: number | null, paint: Paint): string {
  let left = room ?? Number.POSITIVE_INFINITY;
  return line
    .map((piece) => {
      const text = typeof piece === 'string' ? piece : piece[1];
      const shown = text.length <= left ? text : text.slice(0, Math.max(0, left));
      left -= shown.length;
      return typeof piece === 'string' ? shown : paint(piece[0], shown);
    })
    .join('');
}

/** Between words, but for one that is longer than a line. */
function broken(text: string, room: number | null): readonly string[] {
  if (room === null || text.length <= room) return [text];
  const space = text.lastIndexOf(' ', room);
  const end = space > 0 ? space : room;
  return [text.slice(0, end), ...broken(text.slice(end).trimStart(), room)];
}
