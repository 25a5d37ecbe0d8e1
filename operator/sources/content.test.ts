import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configMap } from './config-map.ts';
import { revisionOf, type SourceContent, type SourceFile } from './content.ts';
import { digestOf } from './digest.ts';
import { keptName, stableName } from './revisions.ts';
import { secret } from './secret.ts';

const key = Buffer.alloc(32, 7);
const file = (name: string, text: string): SourceFile => ({ key: name, bytes: Buffer.from(text) });
const source = (name: string, ...files: SourceFile[]): SourceContent => ({
  kind: 'ConfigMap',
  name,
  digest: digestOf(files, key),
  files,
});

test('equal content is an equal revision, in whatever order the sources are named', () => {
  const [a, b] = [source('a', file('x', '1')), source('b', file('y', '2'))];
  assert.equal(revisionOf([a, b]).name, revisionOf([b, a]).name);
  assert.equal(revisionOf([a, b]).content, revisionOf([b, a]).content);
  assert.notEqual(revisionOf([a, b]).name, revisionOf([a, source('b', file('y', '3'))]).name);
});

test('an optional source that is not there is another revision than one that is empty', () => {
  const absent: SourceContent = { kind: 'ConfigMap', name: 'a', digest: null, files: [] };
  assert.notEqual(revisionOf([absent]).name, revisionOf([source('a')]).name);
});

test('bytes that move from one key to the next give another digest', () => {
  assert.notEqual(digestOf([file('a', 'bc'), file('d', '')], key), digestOf([file('a', 'b'), file('d', 'c')], key));
});

test('a digest is keyed: it says nothing to somebody who tries contents against it', () => {
  const other = Buffer.alloc(32, 8);
  const files = [file('password', 'hunter2')];
  assert.notEqual(digestOf(files, key), digestOf(files, other));
  assert.equal(digestOf(files, key), digestOf(files.toReversed(), key));
});

test('what is kept of a source gives the same bytes back: text, invalid UTF-8, NUL, BOM, CRLF, nothing', () => {
  const files = [
    file('text', 'a\r\nb'),
    file('bom', '\uFEFFx'),
    file('nul', 'a\0b'),
    file('empty', ''),
    { key: 'binary', bytes: Buffer.from([0xff, 0xfe, 0x00, 0x80]) },
  ];
  const metadata = { name: 'web', namespace: 'shop', resourceVersion: '1' };
  for (const kind of [configMap, secret]) {
    const back = kind.filesOf({ metadata, ...kind.bodyOf(files) });
    assert.deepEqual(
      back.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
      files.toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }
});

test('the names of what is kept fit into 253 characters and end well', () => {
  const long = `${'a'.repeat(199)}.${'b'.repeat(53)}`;
  assert.equal(keptName('web', '0123456789abcdef'), 'web-0123456789abcdef');
  assert.equal(keptName(long, '0123456789abcdef'), `${'a'.repeat(199)}-0123456789abcdef`);
  assert.equal(stableName('web'), 'web-stable');
  assert.ok(stableName(long).length <= 253);
});
