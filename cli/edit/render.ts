import { stringify } from 'yaml';

/** How the text around writes itself. */
export type Style = {
  readonly eol: '\n' | '\r\n';
  /** Items of a list stand deeper than its key. */
  readonly indentSeq: boolean;
  /** Where an alias stands and another value is wanted: it follows what its anchor becomes, or is written out. */
  readonly aliases: 'follow' | 'writtenOut';
};

/** `{ name: tmp, emptyDir: {} }`; among quoted keys as JSON. */
export function inline(value: unknown, json: boolean): string {
  if (json) return JSON.stringify(value);
  return stringify(value, { version: '1.1', lineWidth: 0, collectionStyle: 'flow' }).trimEnd();
}

/** Lines of block style, the first one without its indent: it stands where something else stood. */
export function block(value: unknown, column: number, { eol, indentSeq }: Style): string {
  const lines = stringify(value, { version: '1.1', lineWidth: 0, indentSeq }).trimEnd().split('\n');
  return lines.map((line, i) => (i === 0 || line === '' ? line : ' '.repeat(column) + line)).join(eol);
}
