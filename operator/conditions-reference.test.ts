import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PAGE, reference } from './conditions-reference.ts';

test('docs/reference/conditions.md has the conditions that the operator writes: else run `make generate`', () => {
  assert.equal(readFileSync(PAGE, 'utf8'), reference());
});
