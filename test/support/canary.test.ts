import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { CANARY, hitsIn } from './canary.ts';
import { processesWhere } from './said.ts';

for (const [how, text] of [
  ['as it is', `{"password":"${CANARY}"}`],
  ['in hex', Buffer.from(`a ${CANARY}`).toString('hex')],
  ...['', 'a', 'bc', 'def', '\n'].map((before) => [
    `in base64 behind ${JSON.stringify(before)}`,
    Buffer.from(`${before}${CANARY} and more`).toString('base64'),
  ]),
] as const)
  test(`the canary is met ${how}`, () => {
    assert.deepEqual(hitsIn([{ where: 'here', text: `some ${text} more` }]), ['here']);
  });

test('what is no canary is not met', () => {
  assert.deepEqual(
    hitsIn([{ where: 'here', text: `${CANARY.slice(0, -1)} ${Buffer.from('canary-of-another-kind').toString('base64')}` }]),
    [],
  );
});

test('argv and environment of a process are looked at', async () => {
  for (const [where, args, env] of [
    ['argv', [CANARY], {}],
    ['environment', [], { PASSWORD: CANARY }],
  ] as const) {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', ...args], { env: { ...process.env, ...env } });
    await once(child, 'spawn');
    assert.deepEqual(hitsIn(processesWhere((pid) => pid === child.pid)), [`${where} of process ${child.pid}`]);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});
