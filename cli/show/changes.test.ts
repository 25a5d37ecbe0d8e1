import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceContent } from '../../operator/sources/content.ts';
import { changes } from './changes.ts';
import { plain } from './paint.ts';

function source(kind: SourceContent['kind'], files: Readonly<Record<string, string | Buffer>>): SourceContent {
  return { kind, name: 'web', digest: '0', files: Object.entries(files).map(([key, text]) => ({ key, bytes: Buffer.from(text) })) };
}
const config = (files: Parameters<typeof source>[1]) => [source('ConfigMap', files)];

test('equal revisions differ in nothing', () => {
  assert.equal(changes(config({ a: '1\n' }), config({ a: '1\n' }), plain), '');
});

test('of a ConfigMap the lines that changed stand with three around them', () => {
  const lines = (changed: string) => ['1', '2', '3', '4', '5', `  ${changed}`, '7', '8', '9', '10', '11', '12', ''].join('\n');
  assert.equal(
    changes(config({ conf: lines('old'), gone: 'x\n' }), config({ conf: lines('newer'), more: 'y\n' }), plain),
    `
ConfigMap web, conf: changed, 31 → 33 bytes
  …
  3
  4
  5
-   old
+   newer
  7
  8
  9
  …
ConfigMap web, gone: removed, 2 bytes
- x
ConfigMap web, more: new, 2 bytes
+ y
`.slice(1),
  );
});

test('of a Secret nothing is shown but names and sizes', () => {
  const [before, after] = ['hunter2', 'hunter3'].map((password) => [source('Secret', { password })]);
  assert.equal(changes(before ?? [], after ?? [], plain), 'Secret web, password: changed, 7 bytes\n');
});

test('what is no text, and what steers a terminal, is not written to one', () => {
  const shown = changes(config({ b: Buffer.from([0xff, 0]), e: 'a' }), config({ b: Buffer.from([0xfe, 0]), e: '\u001b[2J' }), plain);
  assert.equal(shown, 'ConfigMap web, b: changed, 2 bytes\n  no text\nConfigMap web, e: changed, 1 → 4 bytes\n- a\n+ [2J\n');
});
