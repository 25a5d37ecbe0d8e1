import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Kube } from '../operator/kube/client.ts';
import type { Cluster } from './cluster.ts';
import { say } from './say.ts';
import { aPolicy, rolling } from './testing/objects.ts';

type Heard = NonNullable<typeof rolling.heard>[number];

/** An API server of one policy, whose operator has heard this by the time it is asked; `username`: who we are, null where it does not say. */
function cluster(heard: readonly Heard[], username: string | null = 'alice') {
  const writes: unknown[] = [];
  const kube: Pick<Kube, 'get' | 'create' | 'patch'> = {
    get: async <T>() => aPolicy({ ...rolling, heard: [...heard] }) as T,
    create: async <T>() => {
      if (username === null) throw new Error('no such API');
      return { status: { userInfo: { username } } } as T;
    },
    patch: async <T>(...write: readonly unknown[]) => {
      writes.push(write);
      return {} as T;
    },
  };
  return { writes, cluster: { kube: kube as Kube, namespace: 'shop' } satisfies Cluster };
}

const HEARD: Heard = { verb: 'approve', wave: 3, by: 'alice', reason: 'it looks good', at: '2026-11-02T10:44:00Z' };
const SAID = { wave: 3, reason: 'it looks good' };

test('a verb is written as a whole, in our own name, and ends when it is heard', async () => {
  const { writes, cluster: of } = cluster([HEARD]);
  const outcome = await say(of, aPolicy(rolling), 'approve', SAID, 'may open wave 3');
  assert.deepEqual(outcome, { exitCode: 0, stdout: 'web-7 may open wave 3\n', said: [] });
  assert.deepEqual(writes, [
    [
      '/apis/fleetreload.dev/v1alpha1/namespaces/shop/reloads/web-7',
      [{ op: 'add', path: '/spec/approve', value: { ...SAID, by: 'alice' } }],
      'json',
      { query: { fieldManager: 'kubectl-reload' } },
    ],
  ]);
});

test('who is not told who they are says it without a name', async () => {
  const { writes, cluster: of } = cluster([{ ...HEARD, by: 'field manager kubectl-reload' }], null);
  assert.equal((await say(of, aPolicy(rolling), 'approve', SAID, 'may')).exitCode, 0);
  assert.deepEqual(JSON.stringify(writes).includes('"by"'), false);
});

test('what the operator refuses is refused, with its words', async () => {
  const { cluster: of } = cluster([{ ...HEARD, refused: 'wave 2 comes before wave 3' }]);
  const { exitCode, said } = await say(of, aPolicy(rolling), 'approve', SAID, 'may');
  assert.equal(exitCode, 1);
  assert.match(said[0] ?? '', /^web-7 refuses to approve: wave 2 comes before wave 3/);
});

test('what nobody takes up is said to be so, and is no success', async () => {
  const { cluster: of } = cluster([{ ...HEARD, reason: 'what was said before' }]);
  const { exitCode, said } = await say(of, aPolicy(rolling), 'approve', SAID, 'may', 0);
  assert.deepEqual([exitCode, said], [1, ['web-7 was told, but no operator took it up within 0s: it will when one leads']]);
});

for (const [status, says, because] of [
  [{ ...rolling, outcome: 'Succeeded' }, 'no rollout of web is under way: web-7 ended Succeeded', 'it has ended'],
  [{ rollout: 0 }, 'web had no rollout yet', 'there was none'],
] as const)
  test(`nothing is written where nobody would hear it: ${because}`, async () => {
    const { writes, cluster: of } = cluster([]);
    assert.deepEqual(await say(of, aPolicy(status), 'abort', {}, 'is'), { exitCode: 1, stdout: '', said: [says] });
    assert.deepEqual(writes, []);
  });
