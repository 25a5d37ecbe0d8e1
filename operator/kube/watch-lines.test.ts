import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import { linesOf } from './watch-lines.ts';

const TEXT = '{"a":"ü"}\n{"b":"日本語 🚀"}\n\n{"c":1}\n';
const read = (chunks: readonly Uint8Array[], max?: number) => Readable.from(linesOf(Readable.from(chunks), max)).toArray();

test('lines are the same wherever the network cuts them, also within a character', async () => {
  const bytes = Buffer.from(TEXT);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
      const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
      const chunks = edges.slice(1).map((to, i) => bytes.subarray(edges[i], to));
      assert.deepEqual(await read(chunks), TEXT.split('\n').slice(0, -1));
    }),
  );
});

test('a long list that is there already leaves others their turn', async () => {
  let turns = 0;
  const count = setInterval(() => (turns += 1), 0);
  const chunk = Buffer.from(`${'x'.repeat(1_000)}\n`.repeat(100));
  await read(Array.from({ length: 200 }, () => chunk));
  clearInterval(count);
  assert.ok(turns > 5, `${turns} turns`);
});

test('a line that was cut off at the end is dropped', async () => {
  assert.deepEqual(await read([Buffer.from('{"a":1}\n{"b":')]), ['{"a":1}']);
});

for (const [what, chunks] of [
  ['whole', [Buffer.from('12345678901\n')]],
  ['in pieces', [Buffer.from('123456'), Buffer.from('78901\n')]],
  ['never ends', [Buffer.from('123456'), Buffer.from('78901')]],
] as const) {
  test(`a line beyond the bound ends the stream (${what})`, async () => {
    await assert.rejects(read(chunks, 10), { name: 'KubeError', reason: 'Garbled', message: 'a watch line is longer than 10 bytes' });
  });
}

test('bytes that are no UTF-8 end the stream, and are not quoted', async () => {
  await assert.rejects(read([Buffer.from([0x22, 0xff, 0x22, 10])]), { reason: 'Garbled', message: 'a watch line is no UTF-8' });
});
