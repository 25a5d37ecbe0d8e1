import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { README, readme, values } from '../charts/readme.ts';

test('every value of the chart says what it is', () => {
  assert.deepEqual(
    values()
      .filter(({ says }) => says === null)
      .map(({ path }) => path),
    [],
  );
});

test("the chart's README has the values of values.yaml: else run `make generate`", () => {
  assert.equal(readFileSync(README, 'utf8'), readme());
});
