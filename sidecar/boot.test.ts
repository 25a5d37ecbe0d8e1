import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
const say = () => undefined;
const web = (text: string) => ({ 'configmaps/web': { a: text } });

describe('after a restart', () => {
  test('the last good stays where journal and disk agree', (t) => {
    const { put, folders } = aVolume(t);
    const placed = put('r1', web('1'));
    swap(folders, placed);
    const journal = journalOf(placed);
    assert.deepEqual(recover(journal, folders, say), journal);
  });

  for (const [title, harm, because] of [
    ['has another byte', (file: string) => fs.writeFileSync(file, 'X'), 'has other bytes than it had'],
    ['was cut off', (file: string) => fs.truncateSync(file), 'has 0 bytes, and had 1'],
    ['grew', (file: string) => fs.appendFileSync(file, 'X'), 'has 2 bytes, and had 1'],
    ['was removed', (file: string) => fs.rmSync(file), 'is missing'],
    ['became a symlink to the same bytes', (file: string) => linkAway(file, file), 'is a symlink now, or below one'],
    ['lies behind a symlink', (file: string) => linkAway(path.dirname(file), file), 'is a symlink now, or below one'],
    ['became a FIFO', (file: string) => makeFifo(file), 'cannot be read: a is not a plain file'],
    ['lost its folder', (file: string) => fs.rmSync(path.dirname(file), { recursive: true }), 'is missing'],
  ] as const) {
    test(`the last good is none any more, and says so, where a file of it ${title}; the bootstrap volume takes its place`, (t) => {
      const { put, folders, at, read } = aVolume(t);
      const stable = aVolume(t);
      swap(stable.folders, stable.put(null, web('stable')));
      const placed = put('r1', web('1'));
      swap(folders, placed);
      harm(fs.realpathSync(at('configmaps/web', 'a')));
      const said: string[] = [];
      assert.equal(recover(journalOf(placed), folders, (line) => said.push(line)).good, null);
      assert.deepEqual(said, [`the last good files (r1) are not used: volume "configmaps/web": "a" ${because}`]);
      bootstrap(folders, stable.root, new Date());
      assert.equal(read('configmaps/web', 'a'), 'stable');
    });
  }

  test('other files that are in place make room for the last good, and the app is not taken to run it', (t) => {
    const { put, folders } = aVolume(t);
    const placed = put('r1', web('1'));
    swap(folders, put('r2', web('2')));
    const { good, unsure } = recover(journalOf(placed), folders, say);
    assert.deepEqual([good?.revision, unsure, areInPlace(folders, placed)], ['r1', true, true]);
  });

  test('files without a journal may be what an app runs; a journal without files is that of a pod that ended', (t) => {
    const { put, folders } = aVolume(t);
    const placed = put('r1', web('1'));
    assert.deepEqual(recover(journalOf(placed), folders, say), { ...EMPTY_JOURNAL, epoch: [3, 4] });
    assert.equal(recover(null, folders, say).booted, false);
    swap(folders, placed);
    assert.equal(recover(null, folders, say).booted, true);
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
    assert.throws(() => bootstrap(folders, mounted, new Date()), /^Error: secret "tls" not found: .*secrets\/tls has no files$/);
    assert.deepEqual(list('configmaps/web'), []);
    const lenient = aVolume(t, ['configmaps/web', 'secrets/tls'], ['secrets/tls']);
    assert.equal(bootstrap(lenient.folders, mounted, new Date()).files.length, 1);
  });
});

/** Moved elsewhere, with a symlink in its place: who follows that finds the same bytes. */
function linkAway(what: string, file: string): void {
  const elsewhere = path.join(fs.mkdtempSync(path.join(path.dirname(path.dirname(file)), 'elsewhere-')), 'it');
  fs.renameSync(what, elsewhere);
  fs.symlinkSync(elsewhere, what);
}

function makeFifo(file: string): void {
  fs.rmSync(file);
  execFileSync('mkfifo', [file]);
}
