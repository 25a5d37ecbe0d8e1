import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { isIn, rowsOf, testsIn } from './support/named-tests.ts';

const threats = rowsOf('docs/security.md').filter(({ length }) => length === 4);

test('every threat of docs/security.md has a path, a control, and a test that would turn red', () => {
  assert.ok(threats.length >= 20);
  for (const [threat, path, control, tests = ''] of threats) assert.ok(path && control && testsIn(tests).length > 0, threat);
});

test('every test that docs/security.md names is there, under that title', () => {
  const missing = threats.flatMap(([, , , tests = '']) => testsIn(tests)).filter((it) => !existsSync(it.file) || !isIn(it));
  assert.deepEqual(missing, []);
});
