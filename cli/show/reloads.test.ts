import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aReload, NOW, STABLE } from '../testing/objects.ts';
import { rollouts } from './reloads.ts';

const RELOADS = [
  aReload(
    6,
    { revision: STABLE, from: undefined },
    {
      outcome: 'Succeeded',
      because: 'every wave passed',
      startedAt: '2026-11-02T10:42:00Z',
      finishedAt: '2026-11-02T10:43:30Z',
      members: { asked: 4, applied: 4, refused: 0 },
    },
  ),
  aReload(7, {}, { startedAt: '2026-11-02T10:44:00Z', because: 'wave 1 of 3 bakes' }),
];

test('the history has the newest rollout first, with what it took so far', () => {
  assert.equal(
    rollouts(RELOADS, { wide: false, now: NOW }),
    `
ROLLOUT   REVISION           OUTCOME     TOOK   APPLIED   AGE   WHY
7         9c01d2e4b6a83f2a   under way   60s    -         3m    the sources changed (edited by kubectl-client-side-apply)
6         3f2a9c01d2e4b6a8   Succeeded   90s    4/4       3m    the sources changed (edited by kubectl-client-side-apply)
`.slice(1),
  );
});

test('wide, it says from where each came, and why it ended so', () => {
  assert.match(rollouts(RELOADS, { wide: true, now: NOW }), /by kubectl-client-side-apply\) {3}3f2a9c01d2e4b6a8 {3}wave 1 of 3 bakes\n/);
});
