import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonLog } from './log.ts';
import { optionsFrom } from './options.ts';
import { oneLine, seconds } from './sentence.ts';

for (const [text, line] of [
  ['  first\nsecond', 'first'],
  ['a\u001b[31mred\u0007', 'a\\u001b[31mred\\u0007'],
  ['right\u202eleft', 'right\\u202eleft'],
  ['x'.repeat(300), `${'x'.repeat(199)}…`],
  ['', ''],
] as const) {
  test(`${JSON.stringify(text.slice(0, 20))} is safe as ${JSON.stringify(line.slice(0, 20))}`, () => assert.equal(oneLine(text), line));
}

test('times are said in tenths of a second', () => assert.deepEqual([3000, 240, 2999, -5].map(seconds), ['3s', '0.2s', '3s', '0s']));

test('a log line is one line of JSON that cannot speak to a terminal', () => {
  const lines: string[] = [];
  jsonLog((line) => void lines.push(line))('warn', 'a\nb\u001b[2J\u009b\u2028', { because: 'c\rd' });
  assert.match(lines[0] ?? '', /^[\x20-\x7e]+\n$/);
  assert.equal(JSON.parse(lines[0] ?? '').msg, 'a\nb\u001b[2J\u009b\u2028');
});

test('options have defaults, and a wrong one says which', () => {
  const { operator, files, healthPort } = optionsFrom({});
  assert.deepEqual([operator, files, healthPort], ['fleet-reload.fleet-reload-system.svc:8443', '/fleet/files', 9902]);
  assert.throws(() => optionsFrom({ FLEETRELOAD_OPERATOR: 'https://x' }), /FLEETRELOAD_OPERATOR must be HOST:PORT/);
  assert.throws(() => optionsFrom({ FLEETRELOAD_HEALTH_PORT: 'x' }), /FLEETRELOAD_HEALTH_PORT must be/);
});
