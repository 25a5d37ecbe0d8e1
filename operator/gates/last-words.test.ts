import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastLines } from './last-words.ts';

const rows: readonly [string, string, string | null][] = [
  ['three lines at most, without the empty ones', 'one\ntwo\n\nthree\r\nfour\n', 'two | three | four'],
  ['the first of them go where they do not fit', `${'a'.repeat(150)}\nfetching\nexpected 200, got 500`, 'fetching | expected 200, got 500'],
  ['a line that is too long is cut', 'x'.repeat(200), `${'x'.repeat(159)}…`],
  ['what a terminal would obey is escaped', '\u001b[31mred\u0007', '\\u{1b}[31mred\\u{7}'],
  ['nothing was said', ' \n', null],
];
for (const [title, text, expected] of rows) {
  test(`last words: ${title}`, () => assert.equal(lastLines(text), expected));
}
