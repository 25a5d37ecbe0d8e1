import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { anchorsOf, pages, wordsOf } from './support/pages.ts';

test('every link of every page leads to a file, and to a heading in it', () => {
  assert.ok(pages().length > 30);
  assert.deepEqual(pages().flatMap(brokenIn), []);
});

test('every page of docs/ is in the table of contents, and no other', () => {
  const contents = linksOf('docs/README.md').map((link) => join('docs', link.split('#')[0] ?? ''));
  const own = pages().filter((page) => /^docs\/(concepts\/)?[^/]+\.md$/.test(page) && page !== 'docs/README.md');
  assert.deepEqual(
    own.filter((page) => !contents.includes(page)),
    [],
  );
});

test('README.md leads to the table of contents', () => {
  assert.ok(linksOf('README.md').some((link) => /^docs(\/|\/README\.md)?$/.test(link)));
});

test('no page names a folder of the machine that it was written on', () => {
  const named = pages().filter((page) => /(^|[\s`'"(=:])\/(work|root|home)\/\w/.test(readFileSync(page, 'utf8')));
  assert.deepEqual(named, []);
});

/** Of what is on the web a test cannot know whether it is there. */
function linksOf(page: string): readonly string[] {
  const inWords = [...wordsOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(({ 1: link = '' }) => link);
  return inWords.filter((link) => !/^[a-z]+:/.test(link));
}

function brokenIn(page: string): readonly string[] {
  return linksOf(page).flatMap((link) => {
    const [path = '', anchor] = link.split('#');
    const file = path === '' ? page : join(dirname(page), path);
    if (!existsSync(file)) return [`${page}: ${link} is not there`];
    if (anchor === undefined) return [];
    const at = statSync(file).isDirectory() ? join(file, 'README.md') : file;
    return anchorsOf(at).has(anchor) ? [] : [`${page}: ${link}: ${at} has no such heading`];
  });
}
