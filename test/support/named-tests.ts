import { readFileSync } from 'node:fs';

export type NamedTest = { readonly file: string; readonly title: string | null };

/** Rows of a page's tables, without their heads: the cells of each. */
export function rowsOf(page: string): readonly (readonly string[])[] {
  const lines = readFileSync(page, 'utf8').split('\n');
  return lines
    .filter((line, i) => line.startsWith('| ') && !lines[i + 1]?.startsWith('|---'))
    .map((line) => line.slice(2, -2).split(' | '));
}

/** The tests that a cell names, as `file`: title, with <br> between them. */
export function testsIn(cell: string): readonly NamedTest[] {
  return cell.split(' <br> ').flatMap((part) => {
    const [, file, title] = /^`([^`]+)`(?:: (.+))?$/.exec(part.trim()) ?? [];
    return file === undefined ? [] : [{ file, title: title ?? null }];
  });
}

/** A scenario is a test by itself; of a file of several, the title is a text in it. */
export function isIn({ file, title }: NamedTest): boolean {
  if (title === null) return /^test\/scenarios\/.*\.txt$/.test(file);
  const code = readFileSync(file, 'utf8');
  return [`'`, `"`, '`'].some((quote) => code.includes(quote + title + quote));
}
