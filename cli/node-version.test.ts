import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nodeTooOld } from './node-version.ts';

test('a Node that is too old is told so in a sentence', () => {
  assert.equal(nodeTooOld('20.20.2'), 'kubectl reload needs Node 22.19 or newer, and the node on the PATH is 20.20.2');
  assert.match(nodeTooOld('22.9.0') ?? '', /22\.9\.0$/);
  assert.deepEqual([nodeTooOld('22.19.0'), nodeTooOld('24.0.0')], [null, null]);
});

test('the oldest one is that of package.json', () => {
  const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
  assert.match(nodeTooOld('0.0.0') ?? '', new RegExp(`needs Node ${engines.node.replace('>=', '').replaceAll('.', '\\.')} `));
});
