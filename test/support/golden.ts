import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';

/** That the answer is what the file has. `UPDATE=1` writes it there. */
export function isGolden(file: string, answer: string): void {
  if (process.env.UPDATE) writeFileSync(file, answer);
  assert.equal(answer, readFileSync(file, 'utf8'));
}
