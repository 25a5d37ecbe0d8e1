import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ownBytes } from './own-bytes.ts';

for (const [text, encoding, bytes] of [
  ['', 'utf8', ''],
  ['key: värde 語\r\n', 'utf8', 'key: värde 語\r\n'],
  ['/wABAg==', 'base64', Buffer.from([255, 0, 1, 2]).toString('latin1')],
] as const) {
  test(`${JSON.stringify(text)} as ${encoding} is kept to the byte, in memory of its own`, () => {
    const own = ownBytes(text, encoding);
    assert.equal(own.toString(encoding === 'utf8' ? 'utf8' : 'latin1'), bytes);
    assert.equal(own.buffer.byteLength, own.length);
  });
}
