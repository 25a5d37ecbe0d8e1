import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { described, PAGE, reference } from './reference.ts';

test('docs/reference/metrics.md has what the operator registers: else run `make generate`', () => {
  assert.equal(readFileSync(PAGE, 'utf8'), reference());
});

test('no metric has a label that grows with the fleet', () => {
  for (const { name, labelNames } of described())
    for (const label of labelNames) assert.ok(!/^(pod|member|uid|node|container|because)$/.test(label), `${name}: ${label}`);
});
