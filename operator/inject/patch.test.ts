import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Operation, patchOf } from './patch.ts';

const cases: [before: unknown, after: unknown, patch: readonly Operation[], because: string][] = [
  [{ a: 1 }, { a: 1 }, [], 'nothing is said of what is equal'],
  [{ a: 1 }, { a: 1, b: undefined }, [], 'a key without a value is not there'],
  [{}, { 'a/b~c': 1 }, [{ op: 'add', path: '/a~1b~0c', value: 1 }], 'slash and tilde of a key are escaped'],
  [
    { a: 1, b: 2 },
    { b: 3 },
    [
      { op: 'remove', path: '/a' },
      { op: 'replace', path: '/b', value: 3 },
    ],
    'keys come, go and change',
  ],
  [['a'], ['s', 'a'], [{ op: 'add', path: '/0', value: 's' }], 'what comes first moves nothing else'],
  [['a', 'b'], ['a', 'b', 'c'], [{ op: 'add', path: '/2', value: 'c' }], 'what comes last is added there'],
  [[{ n: 1, big: 2 }], [{ n: 3, big: 2 }], [{ op: 'replace', path: '/0/n', value: 3 }], 'in a list, only what differs is written'],
  [
    ['a', 'b', 'c'],
    ['c'],
    [
      { op: 'remove', path: '/1' },
      { op: 'remove', path: '/0' },
    ],
    'from the end',
  ],
  [null, { a: 1 }, [{ op: 'replace', path: '', value: { a: 1 } }], 'null is a value'],
  [[], {}, [{ op: 'replace', path: '', value: {} }], 'a list is no object'],
];

for (const [before, after, patch, because] of cases) {
  test(`${JSON.stringify(before)} to ${JSON.stringify(after)}: ${because}`, () => assert.deepEqual(patchOf(before, after), patch));
}

test('the patch of any two values makes the one into the other', () => {
  fc.assert(
    fc.property(aValue, aValue, (before, after) => {
      assert.deepEqual(applied(before, patchOf(before, after)), after);
    }),
    { numRuns: 2000 },
  );
});

/** Small alphabets, so that two of them have much in common. */
const { value: aValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(null, true, 0, 1, 'a'),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom('a', 'b', '/', '~', '__proto__'), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  ),
}));

/** As RFC 6902 says it. */
function applied(document: unknown, patch: readonly Operation[]): unknown {
  const root = { '': structuredClone(document) };
  for (const step of patch) {
    const keys = step.path.split('/').map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() ?? '';
    const parent = keys.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], root) as unknown[] | Record<string, unknown>;
    if (Array.isArray(parent)) {
      if (step.op === 'add') parent.splice(Number(last), 0, structuredClone(step.value));
      else if (step.op === 'remove') parent.splice(Number(last), 1);
      else parent[Number(last)] = structuredClone(step.value);
    } else if (step.op === 'remove') delete parent[last];
    else Object.defineProperty(parent, last, { value: structuredClone(step.value), enumerable: true, writable: true, configurable: true });
  }
  return root[''];
}
