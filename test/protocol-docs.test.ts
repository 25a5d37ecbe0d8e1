import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ENDINGS, REFUSALS } from '../operator/link/refusal.ts';

const page = readFileSync('docs/protocol.md', 'utf8');

test('docs/protocol.md names every answer to a dial, and every end of a stream, as they are', () => {
  const rows = [
    ...Object.entries(REFUSALS).map(([name, { status, says }]) => `| ${status} \`${name}\` | ${says}`),
    ...Object.entries(ENDINGS).map(([name, { code, says }]) => `| ${code} \`${name}\` | ${says}`),
  ];
  assert.deepEqual(
    rows.filter((row) => !page.includes(row)),
    [],
  );
});

test('and none that there is not', () => {
  const known = new Set([...Object.keys(REFUSALS), ...Object.keys(ENDINGS)]);
  const named = [...page.matchAll(/^\| \d+ `(\w+)` \|/gm)].map(([, name = '']) => name);
  assert.deepEqual(
    named.filter((name) => !known.has(name)),
    [],
  );
});
