import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mutantsOf } from './mutants.ts';

const cases: readonly (readonly [code: string, mutants: readonly string[], because: string])[] = [
  ['a < b', ['a <= b'], 'a limit is off by one'],
  ['a >= b', ['a > b'], 'a limit is off by one'],
  ['a === b', ['a !== b'], 'a question is turned round'],
  ['a && b', ['a || b'], 'one of two is enough'],
  ['!a', ['a'], 'a question is turned round'],
  ['f(0)', ['f(1)'], 'a number is another one'],
  ['list.at(-1)', ['list.at(-2)'], 'a number is another one, its sign is kept'],
  ['const isOpen = true;', ['const isOpen = false;'], 'an answer is turned round'],
  ['a ? b : c', ['a ? c : b'], 'branches are swapped'],
  ['a < b ? -1 : 1', ['a <= b ? -1 : 1', 'a < b ? 1 : -1'], 'another order is one, a larger number is not'],
  ['list.some(f)', ['list.every(f)'], 'one has to be all'],
  ['list.filter(f).map(g)', ['list.map(g)'], 'nobody is left out'],
  ['list?.filter(f)', ['list'], 'nobody is left out'],
  ['Math.min(a, b)', ['Math.max(a, b)'], 'the wrong one of two'],
  ['a - b', ['a + b'], 'a sum has the wrong sign'],
  ["'a' + b", [], 'a text is no sum'],
  ['if (f(a)) return b;', ['if (false) return b;'], 'an early return is never taken'],
  ['const a: 1 | 2 = b as 3;', [], 'a type does not run'],
  ['type A = { readonly b: true };', [], 'a type does not run'],
  ['const a = (b < c) as D;', ['const a = (b <= c) as D;'], 'what stands before a type does'],
  ["import { a } from './b.ts';", [], 'an import decides nothing'],
];
for (const [code, mutants, because] of cases) {
  test(`${because}: ${code} → ${mutants.join(', ') || 'nothing'}`, () => {
    const wrapped = `function* f() {\n  ${code}\n}\n`;
    const found = mutantsOf('a.ts', code.startsWith('import') ? code : wrapped);
    assert.deepEqual(
      found.map(({ after }) => after),
      mutants,
    );
    for (const { before, line, text, after } of found) {
      assert.deepEqual([before, line], [code, 2]);
      assert.equal(text, wrapped.replace(code, after));
    }
  });
}

test('a mutant over several lines is named as one line', () => {
  const [mutant] = mutantsOf('a.ts', 'const a =\n  b\n    ? 🦭\n    : c;\n'.replace('🦭', "'🦭'"));
  assert.deepEqual([mutant?.line, mutant?.before, mutant?.after], [3, "? '🦭' : c;", "? c : '🦭';"]);
});

test('what does not parse is said with its file', () => {
  assert.throws(() => mutantsOf('a.ts', 'const = 1'), /^Error: a\.ts: /);
});
