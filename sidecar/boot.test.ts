import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';
import { recover } from './boot.ts';
import { bootstrap } from './bootstrap.ts';
import { areInPlace, swap } from './swap.ts';
import { EMPTY_JOURNAL, type Journal, type Placed } from './journal.ts';
import { readJournal, writeJournal } from './journal-file.ts';
import { aVolume } from './test/volume.ts';

const journalOf = (placed: Placed): Journal => ({
  ...EMPTY_JOURNAL,
  epoch: [3, 4],
  booted: true,
  good: { ...placed, proof: 'Confirmed', at: 5, attempt: '1.1', firedAt: null, tookMs: null },
});
const web = (text: string) => ({ 'configmaps/web': { a: text } });

describe('after a restart', () => {
  test('the last good stays where journal and disk agree', (t) => {
    const { put, folders } = aVolume(t);
    const placed = put('r1', web('1'));
    swap(folders, placed);
    const journal = journalOf(placed);
    assert.deepEqual(recover(journal, folders), journal);
  });

  test('files that were changed on the disk are not the last good', (t) => {
    const { put, folders, at } = aVolume(t);
    const placed = put('r1', web('1'));
    swap(folders, placed);
    fs.writeFileSync(at('configmaps/web', 'a'), 'X');
    assert.equal(recover(journalOf(placed), folders).good, null);
  });

  test('other files that are in place make room for the last good, and the app is not taken to run it', (t) => {
    const { put, folders } = aVolume(t);
    const placed = put('r1', web('1'));
    swap(folders, put('r2', web('2')));
    const { good, unsure } = recover(journalOf(placed), folders);
    assert.deepEqual([good?.revision, unsure, areInPlace(folders, placed)], ['r1', true, true]);
  });

  test('files without a journal may be what an app runs; a journal without files is that of a pod that ended', (t) => {
    const { put, folders } = aVolume(t);
    const placed = put('r1', web('1'));
    assert.deepEqual(recover(journalOf(placed), folders), { ...EMPTY_JOURNAL, epoch: [3, 4] });
    assert.equal(recover(null, folders).booted, false);
    swap(folders, placed);
    assert.equal(recover(null, folders).booted, true);
  });

  test('a journal is read as it was written, and one that is broken or of another version is none', (t) => {
    const { root, put } = aVolume(t);
    const journal = journalOf(put('r1', web('1')));
    assert.equal(readJournal(root), null);
    writeJournal(root, journal);
    assert.deepEqual(readJournal(root), journal);
    const file = path.join(root, 'journal.json');
    fs.truncateSync(file, 100);
    assert.equal(readJournal(root), null);
    fs.writeFileSync(file, '{"version":2,"journal":{}}');
    assert.equal(readJournal(root), null);
  });
});

describe('the bootstrap volume', () => {
  test('is laid out as it is mounted, over all sources', (t) => {
    const { put, folders, read, list } = aVolume(t, ['configmaps/web', 'secrets/tls']);
    const mounted = aVolume(t, ['configmaps/web', 'secrets/tls']);
    swap(mounted.folders, mounted.put(null, { ...web('stable'), 'secrets/tls': { key: 'k' } }));
    const placed = bootstrap(folders, mounted.root, new Date());
    assert.deepEqual([read('configmaps/web', 'a'), read('secrets/tls', 'key')], ['stable', 'k']);
    assert.equal(list('configmaps/web').includes('..revision'), false, 'nobody named it');
    assert.equal(placed.content, put('r1', { ...web('stable'), 'secrets/tls': { key: 'k' } }).content);
  });

  test('that lacks a source is refused in the kubelet’s words, unless it is optional', (t) => {
    const { folders, root, list } = aVolume(t, ['configmaps/web', 'secrets/tls']);
    const mounted = path.join(root, 'bootstrap');
    fs.mkdirSync(path.join(mounted, 'configmaps/web'), { recursive: true });
    fs.writeFileSync(path.join(mounted, 'configmaps/web/a'), 'A');
    assert.throws(
      () => bootstrap(folders, mounted, new Date()),
      /^Error: secret "tls" not found: .*secrets\/tls has no files, and the operator has assigned none$/,
    );
    assert.deepEqual(list('configmaps/web'), []);
    const lenient = aVolume(t, ['configmaps/web', 'secrets/tls'], ['secrets/tls']);
    assert.equal(bootstrap(lenient.folders, mounted, new Date()).files.length, 1);
  });
});
