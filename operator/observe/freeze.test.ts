import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FREEZE_ANNOTATION, freezeIn, freezeOf } from './freeze.ts';

const cases: [said: string | undefined, reason: string | null, why: string][] = [
  [undefined, null, 'no annotation freezes nothing'],
  ['black friday', 'black friday', 'the reason'],
  ['', 'no reason given', 'an empty one freezes too'],
  [' \n\t ', 'no reason given', 'so does one of white space'],
  ['INC-1\nplease\u001b[31m wait', 'INC-1 please [31m wait', 'nothing in it steers a terminal'],
  ['a\u202eb\u2028c', 'a b c', 'nor the direction of text'],
  ['x'.repeat(300), `${'x'.repeat(179)}…`, 'it is cut'],
];

for (const [said, reason, why] of cases) {
  test(`${JSON.stringify(said)?.slice(0, 40)} on a Namespace: ${why}`, () =>
    assert.equal(freezeIn(said === undefined ? { other: 'x' } : { [FREEZE_ANNOTATION]: said }), reason));
}

test("a freeze of the operator's own namespace is one of the cluster, and is said first", () => {
  const of = (namespace: string, reasons: Record<string, string | null>) => freezeOf(namespace, 'system', (it) => reasons[it]);
  assert.equal(of('shop', { shop: null, other: 'audit' }), null);
  assert.equal(of('shop', { shop: 'audit' }), 'the namespace shop is frozen: audit');
  assert.equal(of('shop', { shop: 'audit', system: 'INC-1' }), 'the cluster is frozen: INC-1');
  assert.equal(of('system', { system: 'INC-1' }), 'the cluster is frozen: INC-1');
});
