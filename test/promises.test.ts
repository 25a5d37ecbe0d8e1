import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

// docs/promises.md is a list of tables. The last cell of a row names tests as `file`: title, with <br> between them, or says that it comes `later: …`.
const rows = readFileSync('docs/promises.md', 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| what happens |'))
  .map((line) => line.slice(2, -2).split(' | '));
const named = rows.flatMap(([what = '', , tests = '']) => testsIn(tests).map((it) => ({ what, ...it })));

test('every promise is tested, or says what it waits for', () => {
  for (const [what, answer, tests = ''] of rows) {
    if (what === 'promise' || what === 'outage') continue;
    assert.ok(answer, `${what}: what comes of it?`);
    assert.ok(testsIn(tests).length > 0 || /^later: ./.test(tests), `${what}: no test`);
  }
});

test('every test that is named is there, under that title', () => {
  const missing = named.filter(({ file, title }) => !existsSync(file) || !isIn(file, title));
  assert.deepEqual(missing, []);
});

test('I1 to I14 are there', () => {
  const promises = rows.map(([what]) => what).filter((what) => /^I\d+$/.test(what ?? ''));
  assert.deepEqual(
    promises,
    Array.from({ length: 14 }, (_, n) => `I${n + 1}`),
  );
});

test('every scenario of an outage is in the list', () => {
  const files = globSync('test/scenarios/*.txt').filter((file) => readFileSync(file, 'utf8').startsWith('# What happened: '));
  assert.equal(files.length, 9);
  for (const file of files)
    assert.ok(
      named.some((it) => it.file === file),
      file,
    );
});

test('every fault test is in the list', () => {
  for (const file of globSync('test/{e2e,integration}/faults-*.test.ts'))
    for (const [, title] of readFileSync(file, 'utf8').matchAll(/^(?:story|test)\('(.*)', async/gm))
      assert.ok(
        named.some((it) => it.file === file && it.title === title),
        `${file}: ${title}`,
      );
});

function testsIn(cell: string): { readonly file: string; readonly title: string | null }[] {
  return cell.split(' <br> ').flatMap((part) => {
    const [, file, title] = /^`([^`]+)`(?:: (.+))?$/.exec(part.trim()) ?? [];
    return file === undefined ? [] : [{ file, title: title ?? null }];
  });
}

/** A scenario is a test by itself; of a file of several, the title is a text in it. */
function isIn(file: string, title: string | null): boolean {
  if (title === null) return /^test\/scenarios\/.*\.txt$/.test(file);
  const code = readFileSync(file, 'utf8');
  return [`'`, `"`, '`'].some((quote) => code.includes(quote + title + quote));
}
