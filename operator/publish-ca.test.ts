import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openCaPublisher } from './publish-ca.ts';

test('a refusal ends no pass, is said once, and tried again until it is written', async () => {
  const { publisher, world } = aPublisher({ because: 'quota' });
  await publisher.publish('shop');
  await publisher.publish('shop');
  assert.deepEqual([world.writes, world.warned], [2, [{ namespace: 'shop', because: 'quota' }]]);
  world.because = 'an admission policy';
  await publisher.publish('shop');
  assert.equal(world.warned.length, 2, 'another reason is news');
  world.because = null;
  await publisher.publish('shop');
  world.because = 'an admission policy';
  await publisher.publish('shop');
  assert.equal(world.warned.length, 3, 'and so is one that comes back');
});

test('what a refused write left there is not taken for published', async () => {
  const { publisher, world } = aPublisher({ because: 'immutable', version: '7' });
  await publisher.publish('shop');
  world.because = null;
  await publisher.publish('shop');
  assert.equal(world.writes, 2);
});

test('it looks again where somebody changed it, and everywhere once there is another CA', async () => {
  const { publisher, world } = aPublisher({ version: '7' });
  await publisher.publish('shop');
  await publisher.publish('shop');
  assert.equal(world.writes, 1);
  world.version = '8';
  await publisher.publish('shop');
  assert.equal(world.writes, 2);
  publisher.forget();
  await publisher.publish('shop');
  assert.equal(world.writes, 3);
});

function aPublisher(given: { because?: string | null; version?: string | null }) {
  const world = { because: null as string | null, version: null as string | null, writes: 0, warned: [] as object[], ...given };
  const publisher = openCaPublisher({
    write: async () => (world.writes++, world.because),
    versionOf: () => world.version,
    log: { warn: (fields) => void world.warned.push(fields) },
  });
  return { publisher, world };
}
