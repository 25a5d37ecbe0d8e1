import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Expression, expressionOf } from './expression.ts';
import { slots } from './slots.ts';

const looks: readonly [string, string, string, string][] = [
  ['^(ok|warm)$', 'warm', 'matches', 'as a whole'],
  ['state: ok', 'a\nstate: ok\nb', 'matches', 'anywhere in the text'],
  ['^ok$', 'nok', 'differs', 'not where it does not'],
  ['config_ok 1', 'x'.repeat(65_536), 'differs', 'a plain one in all that a body can be'],
  ['(a+)+$', `${'a'.repeat(40_000)}b`, 'differs', 'what hangs other engines takes no time'],
  ['(a[ab]{900}c|b[ab]{900}c)', 'ab'.repeat(2_000), 'too long', 'one that would take seconds is not tried'],
];
for (const [text, value, expected, title] of looks) {
  test(`an expression is found: ${title}`, async () => {
    assert.equal(await parsed(text).look(value), expected);
  });
}

test('what is no expression says so', () => {
  const because = expressionOf('(?=ahead)', slots(1));
  assert.match(typeof because === 'string' ? because : '', /^matches is no expression: /);
});

test('between two looks the operator does its other work', async () => {
  const order: string[] = [];
  const expression = parsed('ok');
  const looking = [1, 2, 3].map(() => expression.look('ok').then(() => order.push('look')));
  const work = (left: number): void => {
    order.push('work');
    if (left > 1) setImmediate(work, left - 1);
  };
  setImmediate(work, 3);
  await Promise.all(looking);
  assert.deepEqual(
    order.filter((it, index) => it === order[index - 1]),
    [],
  );
});

function parsed(text: string): Expression {
  const expression = expressionOf(text, slots(1));
  if (typeof expression === 'string') throw new Error(expression);
  return expression;
}
