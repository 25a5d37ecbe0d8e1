import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hiding, secretsOn } from './redact.ts';
import { aVolume } from './test/volume.ts';

for (const [title, secret, said, shown] of [
  ['a value', 'hunter2\n', 'invalid password "hunter2"', 'invalid password "…"'],
  ['a line of a value', 'first line\r\nsecond line\n', 'line 2: second line?', 'line 2: …?'],
  ['the value of a line', 'user: admin-a\npassword = "hunter2",\n', 'no user admin-a with hunter2', 'no user … with …'],
  ['its base64', 'hunter2\n', 'aHVudGVyMg== and aHVudGVyMgo=', '…== and …='],
  ['as JSON writes it', 'hunter"2\nx', '{"got":"hunter\\"2\\nx"}', '{"got":"…"}'],
  ['a regular expression or a replacement', '$&(.*)+', 'got $&(.*)+', 'got …'],
  ['no short word', 'port\n', 'bad port', 'bad port'],
] as const) {
  test(`hidden is ${title}`, () => {
    assert.equal(hiding(() => [Buffer.from(secret)])(said), shown);
  });
}

test('Secrets are of every revision on the disk, and no ConfigMap is one', (t) => {
  const volume = aVolume(t, ['configmaps/web', 'secrets/tls']);
  volume.put('r1', { 'configmaps/web': { a: 'a-config' }, 'secrets/tls': { key: 'last good' } });
  volume.put('r2', { 'configmaps/web': { a: 'a-config' }, 'secrets/tls': { key: 'candidate' } });
  const texts = secretsOn(volume.folders).map(String);
  assert.deepEqual(texts.toSorted(), ['candidate', 'last good']);
});

test('where the Secrets cannot be read nothing is told', () => {
  const hide = hiding(() => {
    throw new Error('ELOOP');
  });
  assert.equal(hide('invalid password "hunter2"'), '…');
});
