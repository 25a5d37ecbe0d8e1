import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isIn, rowsOf, testsIn } from './support/named-tests.ts';

// The last cell of a row names tests, or says that it comes `later: …`.
const rows = rowsOf('docs/promises.md');
const named = rows.flatMap(([what = '', , tests = '']) => testsIn(tests).map((it) => ({ what, ...it })));

test('every promise is tested, or says what it waits for', () => {
  for (const [what, answer, tests = ''] of rows) {
    assert.ok(answer, `${what}: what comes of it?`);
    assert.ok(testsIn(tests).length > 0 || /^later: ./.test(tests), `${what}: no test`);
  }
});

test('every test that is named is there, under that title', () => {
  const missing = named.filter(({ file, title }) => !existsSync(file) || !isIn({ file, title }));
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
