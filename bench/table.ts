/** What a bench found: tables to print, and each promise that a count breaks. Times break none. */
export type Findings = { readonly tables: readonly Table[]; readonly broken: readonly string[] };

/** `says`: how it was measured, for who reads the table alone. */
export type Table = {
  readonly title: string;
  readonly says: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
};

/** Markdown that is aligned for a terminal too. The first column is text, the others are numbers. */
export function printed({ title, says, columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, i) => Math.max(3, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, i) => (i === 0 ? `:${'-'.repeat(width + 1)}` : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  const [head = [], ...body] = cells;
  return [`### ${title}`, '', says, '', line(head), rule, ...body.map(line)].join('\n');
}
