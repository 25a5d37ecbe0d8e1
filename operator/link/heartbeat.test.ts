import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { PING_MS } from '../../sidecar/protocol.ts';
import { aHello, aLink, aSidecar, tokenOf, until } from './testing/a-link.ts';

test('a sidecar that is silent for two pings is dropped, and away', async () => {
  const { link, clock, dial, counted } = await aLink();
  link.lead(1);
  const sidecar = aSidecar(dial(tokenOf('1'), { autoPong: false }));
  await sidecar.opened;
  sidecar.say(aHello());
  await until(() => link.report('1') !== undefined);
  clock.turn(2 * PING_MS);
  assert.equal(link.report('1')?.link.kind, 'connected');
  clock.turn(PING_MS);
  assert.deepEqual(link.report('1')?.link, { kind: 'away', since: clock.now() });
  assert.equal((await sidecar.closed).code, 1006);
  assert.ok(counted.includes('ended silent'));
  await link.close();
});

test('a sidecar that answers stays', async () => {
  const { link, clock, join, counted } = await aLink();
  link.lead(1);
  const sidecar = await join('1');
  await until(() => link.report('1') !== undefined);
  for (let i = 1; i <= 5; i++) {
    const pinged = once(sidecar.stream, 'ping');
    clock.turn(2 * PING_MS);
    await pinged;
    await isRead(sidecar, counted, i);
  }
  assert.equal(link.report('1')?.link.kind, 'connected');
  await link.close();
});

test('a sidecar that pings by itself stays, and is pinged no more', async () => {
  const { link, clock, join, counted } = await aLink();
  link.lead(1);
  const sidecar = await join('1');
  await until(() => link.report('1') !== undefined);
  let pings = 0;
  sidecar.stream.on('ping', () => (pings += 1));
  for (let i = 1; i <= 5; i++) {
    clock.turn(PING_MS);
    const answered = once(sidecar.stream, 'pong');
    sidecar.stream.ping();
    await isRead(sidecar, counted, i);
    await answered;
  }
  assert.equal(pings, 0);
  assert.equal(link.report('1')?.link.kind, 'connected');
  await link.close();
});

/** The link has read what was sent before when it has read what is sent behind it. */
async function isRead(sidecar: ReturnType<typeof aSidecar>, counted: readonly string[], times: number): Promise<void> {
  sidecar.say({ type: 'want', epoch: [0, 0], files: [] });
  await until(() => counted.filter((each) => each === 'ignored want').length === times);
}
