import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atPath } from './json-path.ts';

const value = { a: { b: [{ c: 1 }, { 'd e': null }], 'x.y': 2 }, length: 3 };

for (const [path, found] of [
  ['$', value],
  ['$.a.b[0].c', 1],
  ["$.a.b[0]['c']", 1],
  ["$['a']['x.y']", 2],
  ["$.a.b[1]['d e']", null],
  ['$.a.b[7].c', undefined],
  ['$.a.b.length', 2],
  ['$.length', 3],
  ['$.constructor', undefined],
  ['$.length.x', undefined],
] as const) {
  test(`${path} is ${JSON.stringify(found)?.slice(0, 20)}`, () => assert.deepEqual(atPath(value, path), found));
}

for (const path of ['', 'a', '.a', '$a', '$..a', '$.a[*]', '$.a[', "$['a]", '$.a b', '$[?(@.x)]']) {
  test(`${JSON.stringify(path)} is no path`, () => assert.throws(() => atPath(value, path), /is none: write such as/));
}
