import { globSync, readFileSync } from 'node:fs';

/** Every page that we write, by its path: README.md, those of docs/, and those beside the code. */
export function pages(): readonly string[] {
  return globSync('**/*.md', { exclude: (name) => /(^|\/)(node_modules|dist|\.git)$/.test(name) }).toSorted();
}

/** A block of code of a page, such as one of `yaml`. */
export type Block = { readonly page: string; readonly line: number; readonly language: string; readonly text: string };

export function blocksOf(page: string): readonly Block[] {
  const markdown = readFileSync(page, 'utf8');
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(({ index, 1: language = '', 2: text = '' }) => ({
    page,
    line: markdown.slice(0, index).split('\n').length,
    language,
    text,
  }));
}

/** Manifests of our kinds: blocks of YAML, and what commands are given to read between `<<'YAML'` and `YAML`. */
export function examples(): readonly Block[] {
  return pages()
    .flatMap(blocksOf)
    .flatMap((block) => (block.language === 'yaml' ? [block] : heredocsIn(block)))
    .filter(({ text }) => /^apiVersion: fleetreload\.dev\//m.test(text));
}

function heredocsIn(block: Block): readonly Block[] {
  return [...block.text.matchAll(/<<'(\w+)'\n([\s\S]*?)^\1$/gm)].map(({ 2: text = '' }) => ({ ...block, text }));
}

/** The words of a page: what is in its blocks and in backticks is left out. */
export function wordsOf(page: string): string {
  return readFileSync(page, 'utf8')
    .replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '``');
}

/** What `#…` of a link may name: a heading, or `<a id="…">`. */
export function anchorsOf(page: string): ReadonlySet<string> {
  const text = readFileSync(page, 'utf8').replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '');
  const titles = text.matchAll(/^#+ (.*)$/gm);
  const ids = [...text.matchAll(/<a id="([^"]+)">/g)].map(({ 1: id = '' }) => id);
  const seen = new Map<string, number>();
  return new Set([
    ...ids,
    ...[...titles].map(({ 1: title = '' }) => {
      const plain = title.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
      const anchor = plain
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
        .replaceAll(' ', '-');
      const times = seen.get(anchor) ?? 0;
      seen.set(anchor, times + 1);
      return times === 0 ? anchor : `${anchor}-${times}`;
    }),
  ]);
}
