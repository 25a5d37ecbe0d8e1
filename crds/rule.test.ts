import assert from 'node:assert/strict';
import { test } from 'node:test';
import { celText } from './rule.ts';

test('an expression as CEL reads it: its backslashes doubled, its slashes plain', () => {
  assert.equal(celText(/^\/a\.b"$/), String.raw`"^/a\\.b\"$"`);
});
