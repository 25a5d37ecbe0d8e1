import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { difference, stepsOf, walk } from './walkthrough.ts';

const folder = mkdtempSync(join(tmpdir(), 'page-'));
after(() => rmSync(folder, { recursive: true }));

/** A block of a page. */
const block = (language: string, body: string) => `\`\`\`${language}\n${body}\n\`\`\`\n`;

function page(...parts: readonly string[]): string {
  const file = join(folder, 'page.md');
  writeFileSync(file, parts.join('\n'));
  return file;
}

test('what is typed are the blocks of sh, and what each prints is in the block of text after it', () => {
  const markdown = ['# A page', block('sh', 'echo a'), 'It says:', block('text', 'a'), block('yaml', 'a: 1'), block('sh', 'echo b')].join(
    '\n',
  );
  assert.deepEqual(stepsOf(markdown), [
    { line: 2, commands: 'echo a\n', prints: 'a\n' },
    { line: 15, commands: 'echo b\n', prints: null },
  ]);
});

test('a block that says why it is not run is left to the reader', () => {
  assert.deepEqual(stepsOf(`<!-- not run: it makes the cluster -->\n${block('sh', 'make cluster')}`), []);
});

for (const [says, printed, isSame, because] of [
  ['web  1 of 4\n', 'web 1 of 4\n', true, 'columns are as wide as what is in them'],
  ['3bf1dfad069e78c9\n', '425c620ff0f6488c\n', true, 'revisions are named by a key of the cluster'],
  ['web-799d745b7b-fbw9s refused\n', 'web-6d5f7c9b84-8x2lq refused\n', true, 'pods are named by chance'],
  ['kept its workers 31, 32 for 3s\n', 'kept its workers 7 for 3.1s\n', false, 'a time with a point is no time of a page'],
  ['kept its workers 31, 32 for 3s\n', 'kept its workers 7 for 4s\n', true, 'nobody knows pids and times'],
  ['a\n…\nz\n', 'a\nb\nc\nz\n', true, 'a line of … is any lines'],
  ['a … z\n', 'a b c z\n', true, 'and … in a line any words of it'],
  ['a … z\n', 'a b\nc z\n', false, 'but of one line'],
  ['v2\n', 'v3\n', false, 'what is said is what is printed'],
  ['a.c\n', 'abc\n', false, 'a point is a point'],
] as const)
  test(`${JSON.stringify(printed)} is ${isSame ? '' : 'not '}what a page says as ${JSON.stringify(says)}: ${because}`, () =>
    assert.equal(difference(says, printed) === null, isSame));

test('a page is walked to its end, each block in a shell of its own', async () => {
  await walk(page(block('sh', 'x=1; echo v$x'), block('text', 'v1'), block('sh', 'echo "${x-none}"'), block('text', 'none')));
});

test('a command that fails, and one that prints something else, are told with their line', async () => {
  await assert.rejects(walk(page('# A page', block('sh', 'false | true'))), /page\.md:2 ended with 1/);
  await assert.rejects(walk(page(block('sh', 'echo v1'), block('text', 'v2'))), /page\.md:1 prints something else/);
});
