import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromOperator } from './frames.ts';
import { anAssignment } from './test/operator-double.ts';

const good = anAssignment({ 'configmaps/web': { 'a.conf': 'A', '../evil': 'B' }, 'secrets/tls': {} });
const http = {
  kind: 'http',
  port: 80,
  path: '/reload',
  method: 'POST',
  headers: [{ name: 'a', value: 'b' }],
  verify: { kind: 'http', port: 80, path: '/', jsonPath: null, equals: 'Revision' },
};

test('an assignment comes through whole; its keys are judged where files are made', () => {
  assert.deepEqual(fromOperator(JSON.stringify({ ...good, more: 'ignored' })), good);
  assert.deepEqual(fromOperator(JSON.stringify({ ...good, handle: http })), { ...good, handle: http });
  const fileWatch = { kind: 'fileWatch', verify: http.verify };
  assert.deepEqual(fromOperator(JSON.stringify({ ...good, handle: fileWatch })), { ...good, handle: fileWatch });
});

test('a kind of frame that this version does not know is none', () => assert.equal(fromOperator('{"type":"from the future"}'), null));

for (const [broken, because] of [
  [{ epoch: [1] }, /epoch is no whole number/],
  [{ epoch: [1, -1] }, /epoch/],
  [{ content: 'x' }, /content is not that of the files/],
  [{ files: 'x' }, /files is no list/],
  [{ files: [{ ...good.files[0], sha256: 'x' }] }, /sha256 is not 64 hex digits/],
  [{ files: [{ ...good.files[0], bytes: 5e6 }] }, /bytes is no whole number from 0 to 4194304/],
  [{ files: [{ ...good.files[0], mode: 0o4755 }] }, /mode/],
  [{ files: [{ ...good.files[0], source: 'configmaps/../x' }] }, /source is no configmaps\/NAME/],
  [{ sources: ['/etc'] }, /source is no/],
  [{ handle: { ...good.handle, signal: 'SIGKILL' } }, /signal is none of SIGHUP/],
  [{ handle: { kind: 'exec', verify: null } }, /handle.kind is not one that this sidecar knows/],
  [{ handle: { ...http, path: 'example.com' } }, /path does not begin with/],
  [{ handle: { ...http, port: 70000 } }, /port/],
  [{ handle: { ...http, verify: { kind: 'magic' } } }, /verify.kind/],
  [{ timeoutMs: 0 }, /timeoutMs/],
] as const) {
  test(`an assignment with ${JSON.stringify(broken).slice(0, 60)} is malformed`, () => {
    assert.throws(() => fromOperator(JSON.stringify({ ...good, ...broken })), because);
  });
}

test('what is no JSON, no object, or too large is malformed', () => {
  for (const text of ['', '[]', 'null', '"assign"', ' '.repeat(256 * 1024 + 1)]) assert.throws(() => fromOperator(text));
});
