import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { retell } from './retell.ts';

// Each .txt is a story: lines that start with '>' are what happens, the indented ones are what the planner answered.
// `UPDATE=1 make scenarios` rewrites the answers; read the diff before you commit it.
const here = new URL('.', import.meta.url);
for (const file of readdirSync(here).filter((name) => name.endsWith('.txt'))) {
  test(file, () => {
    const script = readFileSync(new URL(file, here), 'utf8');
    const told = retell(script);
    if (process.env['UPDATE']) writeFileSync(new URL(file, here), told);
    else assert.equal(told, script);
  });
}
