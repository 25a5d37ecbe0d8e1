/** A sidecar is sent bytes of files that are too few, too many, others, or nobody's: it takes them as they were announced, or not at all. */

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { test } from 'node:test';
import { setImmediate as others } from 'node:timers/promises';
import fc from 'fast-check';
import { effects } from '../../sidecar/effects.ts';
import type { World } from '../../sidecar/handles/index.ts';
import { swap } from '../../sidecar/swap.ts';
import { anAssignment } from '../../sidecar/test/operator-double.ts';
import { aVolume } from '../../sidecar/test/volume.ts';
import type { Result } from '../../sidecar/work.ts';
import { aSpoiling } from './mutate.ts';
import { converseOften, FRAMES } from './rounds.ts';

/** Each conversation writes files to the disk. */
const ENOUGH = FRAMES / 5;
const KEYS = ['a', 'b', 'c'] as const;

type Wrong =
  | { readonly how: 'nothing' }
  | { readonly how: 'bytes'; readonly at: number; readonly spoil: (piece: Buffer) => Buffer }
  | { readonly how: 'lost' | 'twice' | 'first'; readonly at: number }
  | { readonly how: 'more'; readonly piece: Buffer };

const aPiece = fc.uint8Array({ minLength: 1, maxLength: 600 }).map((bytes) => Buffer.from(bytes));
const aTransfer = fc.record({
  /** Each in its pieces. */
  files: fc.array(fc.array(aPiece, { maxLength: 4 }), { minLength: 1, maxLength: KEYS.length }),
  wrong: fc.oneof(
    fc.constant<Wrong>({ how: 'nothing' }),
    fc.record({ how: fc.constant('bytes' as const), at: fc.nat(20), spoil: aSpoiling }),
    fc.record({ how: fc.constantFrom('lost' as const, 'twice' as const, 'first' as const), at: fc.nat(20) }),
    fc.record({ how: fc.constant('more' as const), piece: aPiece }),
  ),
});

test(`of ${ENOUGH} pieces of files none that is not as announced is taken, and neither memory nor open files grow`, async (t) => {
  const volume = aVolume(t);
  swap(volume.folders, volume.put('old', { 'configmaps/web': { a: 'as it was' } }));
  const openFiles = () => fs.readdirSync('/proc/self/fd').length;
  const openBefore = openFiles();

  const { frames, grownMb } = await converseOften(
    aTransfer,
    async ({ files, wrong }) => {
      const texts = Object.fromEntries(files.map((pieces, i) => [KEYS[i] ?? '', Buffer.concat(pieces)]));
      const assign = anAssignment({ 'configmaps/web': texts });
      const results: Result[] = [];
      const does = effects({ folders: volume.folders, world: WORLD, send: () => true, ended: (_, result) => void results.push(result) });
      does.run({ do: 'work', ticket: 1, work: { kind: 'stage', assign, reuse: [] } });
      await others();
      const staged = results.pop();
      assert.ok(staged?.kind === 'staged');
      const { placed, lacking } = staged;
      if (lacking.length > 0) does.run({ do: 'work', ticket: 2, work: { kind: 'receive', assign, lacking } });
      const sent = spoilt(
        lacking.flatMap(({ key }) => files[KEYS.findIndex((known) => known === key)] ?? []),
        wrong,
      );
      try {
        for (const piece of sent) does.take(piece);

        assert.ok(results.length <= 1, 'it ends once');
        const [result] = results;
        if (wrong.how === 'nothing' && lacking.length > 0) assert.deepEqual(result, { kind: 'received' });
        if (result?.kind === 'failed') assert.match(result.because, /^[\x20-\x7e]{1,400}$/);
        if (result?.kind === 'received') {
          const folder = placed.folders[0]?.name ?? '';
          for (const [key, text] of Object.entries(texts))
            assert.deepEqual(fs.readFileSync(volume.at('configmaps/web', `${folder}/${key}`)), text);
        }
        assert.equal(volume.read('configmaps/web', 'a'), 'as it was');
      } finally {
        does.run({ do: 'abandon' });
      }
      does.take(Buffer.from('for nobody'));
      assert.equal(volume.kept('configmaps/web').length, 1, 'what was staged is gone');
      return Math.max(1, sent.length);
    },
    ENOUGH,
  );
  t.diagnostic(`${frames} pieces, live memory grew by ${grownMb.toFixed(1)} MB`);
  assert.ok(grownMb < 20, `live memory grew by ${grownMb} MB`);
  assert.equal(openFiles(), openBefore);
});

function spoilt(pieces: readonly Buffer[], wrong: Wrong): readonly Buffer[] {
  if (wrong.how === 'nothing') return pieces;
  if (wrong.how === 'more') return [...pieces, wrong.piece];
  const at = wrong.at % Math.max(1, pieces.length);
  const it = pieces.slice(at, at + 1);
  switch (wrong.how) {
    case 'bytes':
      return pieces.toSpliced(at, 1, ...it.map(wrong.spoil));
    case 'lost':
      return pieces.toSpliced(at, 1);
    case 'twice':
      return pieces.toSpliced(at, 0, ...it);
    case 'first':
      return [...it, ...pieces.toSpliced(at, 1)];
  }
}

/** Nothing here asks for it but the clock. */
const WORLD: World = {
  proc: '/nowhere',
  self: 0,
  now: () => 0,
  wallClock: () => Date.parse('2026-11-24T22:48:33Z'),
  kill: () => assert.fail('nobody is told'),
  read: () => '',
  secrets: () => [],
};
