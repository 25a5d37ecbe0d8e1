/** What people say to a rollout, and what comes of it: four nginx pods, which are counted by what nginx was told in its own log. */

import assert from 'node:assert/strict';
import type { Reload } from '../../crds/reload.ts';
import { counts, each, type Fleet, openFleet, since } from '../support/fleet.ts';
import { kubectl } from '../support/kubectl.ts';
import { badPage, nginxFleet, page } from '../support/nginx-fleet.ts';
import { storiesOf } from '../support/story.ts';
import { stays } from '../support/stays.ts';
import { until } from '../support/until.ts';

const story = storiesOf(async (cluster, operator) => {
  const fleet = await openFleet('e2e-verbs', nginxFleet({ replicas: 4, waves: QUICK, maxUnavailable: '50%' }), cluster, operator);
  await kubectl(['apply', '-n', fleet.namespace, '-f', '-'], ALICE);
  return fleet;
});

const QUICK = [
  { upTo: 1, bake: '1s' },
  { upTo: '100%', bake: '1s' },
];
const SLOW = [
  { upTo: 1, bake: '1h' },
  { upTo: '50%', bake: '1h' },
  { upTo: '100%', bake: '1h' },
];
const APPROVED = [
  { upTo: 1, bake: '1s' },
  { upTo: '50%', bake: '1s', approval: 'Required' },
  { upTo: '100%', bake: '1s' },
];

story('a wave that needs approval opens for nobody who lies about their name, nor out of turn, but for who approves it', async (fleet) => {
  await fleet.patch({ waves: APPROVED });
  const rollout = await begun(fleet, page('v2'), /waits for approval/);
  assert.deepEqual(counts(fleet.told()), [0, 0, 0, 1]);
  await assert.rejects(
    say(fleet, rollout, { approve: { wave: 2, by: 'bob' } }, ALICE_IS),
    /spec\.approve\.by must be your own user name, alice, or be left out/,
  );
  await say(fleet, rollout, { approve: { wave: 3, by: 'alice' } }, ALICE_IS);
  const refused = await heard(fleet, rollout, 'approve', (it) => it.refused !== undefined);
  assert.equal(refused.refused, 'wave 2 comes before wave 3');
  assert.deepEqual(counts(fleet.told()), [0, 0, 0, 1]);

  await say(fleet, rollout, { approve: { wave: 2, by: 'alice', reason: 'the canary looks good' } }, ALICE_IS);
  const { status } = await fleet.ended(rollout);
  assert.equal(status?.outcome, 'Succeeded');
  assert.deepEqual(
    status?.waves?.map(({ approvedBy }) => approvedBy),
    [undefined, 'alice', undefined],
  );
  assert.deepEqual(fleet.told(), each(fleet.told(), 1));
  const events = (await fleet.events()).map(({ reason, message }) => `${reason} ${message}`);
  for (const told of [/^VerbRefused .*wave 2 comes before wave 3/, /^Approved .*wave 2 approved by alice: the canary looks good/])
    assert.ok(
      events.some((event) => told.test(event)),
      `${told} in ${events.join('\n')}`,
    );
});

story('who approves without a name is known by what they wrote with', async (fleet) => {
  const before = fleet.told();
  const rollout = await begun(fleet, page('v3'), /waits for approval/);
  await say(fleet, rollout, { approve: { wave: 2 } });
  const { status } = await fleet.ended(rollout);
  assert.equal(status?.waves?.[1]?.approvedBy, 'field manager kubectl-patch');
  assert.deepEqual(since(before, fleet.told()), each(before, 1));
});

story('a pause holds, also where its Reload is deleted, and when it is taken away the rollout goes on', async (fleet) => {
  const before = fleet.told();
  await fleet.patch({ waves: SLOW });
  const rollout = await begun(fleet, page('v4'), /bakes/);
  await say(fleet, rollout, { pause: { reason: 'lunch' } });
  await fleet.until(
    'it is paused',
    ({ phase, because }) => phase === 'Paused' && /paused by field manager kubectl-patch: lunch/.test(because ?? ''),
  );
  await kubectl(['delete', 'reload', `web-${rollout}`, '-n', fleet.namespace]);
  await until('its Reload is made again', async () => (await fleet.reload(rollout))?.spec.pause?.reason === 'lunch');
  await fleet.patch({ waves: QUICK });
  // Thrice the bake by now.
  await stays('only the canary was told', () => counts(since(before, fleet.told())).join() === '0,0,0,1', 3000);

  await kubectl([
    'patch',
    'reload',
    `web-${rollout}`,
    '-n',
    fleet.namespace,
    '--type=json',
    '-p',
    '[{"op":"remove","path":"/spec/pause"}]',
  ]);
  assert.equal((await fleet.ended(rollout)).status?.outcome, 'Succeeded');
  assert.deepEqual(since(before, fleet.told()), each(before, 1));
});

story('promoted to wave 2, it opens that one at once, and bakes there; promoted fully, it is over', async (fleet) => {
  const before = fleet.told();
  await fleet.patch({ waves: SLOW });
  const rollout = await begun(fleet, page('v5'), /bakes/);
  await say(fleet, rollout, { promote: { wave: 2 } });
  await fleet.until('wave 2 bakes', ({ wave, bakeStartedAt }) => wave === 2 && bakeStartedAt !== undefined);
  assert.deepEqual(counts(since(before, fleet.told())), [0, 0, 1, 1]);
  await say(fleet, rollout, { promote: { wave: 1 } });
  assert.equal((await heard(fleet, rollout, 'promote', ({ wave }) => wave === 1)).refused, 'wave 1 is open already');

  await say(fleet, rollout, { promote: { wave: null, reason: 'now' } });
  assert.equal((await fleet.ended(rollout)).status?.outcome, 'Succeeded');
  assert.deepEqual(since(before, fleet.told()), each(before, 1));
});

story('aborted, it takes back whom it reached; of two verbs at once the one that ends it is heard first', async (fleet) => {
  const before = fleet.told();
  const rollout = await begun(fleet, page('v6'), /bakes/);
  await say(fleet, rollout, { promote: {}, abort: { by: 'alice', reason: 'wrong day' } }, ALICE_IS);
  const { status } = await fleet.ended(rollout);
  assert.deepEqual([status?.outcome, status?.because], ['Aborted', 'aborted by alice: wrong day']);
  const promoted = await heard(fleet, rollout, 'promote', () => true);
  assert.match(promoted.refused ?? '', /its members are on their way back to stable already|the rollout has ended: Aborted/);
  assert.deepEqual(counts(since(before, fleet.told())), [0, 0, 0, 2]);
  await fleet.serves('v5');
  await assert.rejects(say(fleet, rollout, { pause: {} }), /the rollout has ended: of it only retry can still be said/);
});

story('a person may let what was aborted be tried again, and says why', async (fleet) => {
  const before = fleet.told();
  await fleet.patch({ waves: QUICK });
  const rollout = fleet.status().rollout ?? 0;
  await assert.rejects(say(fleet, rollout, { retry: {} }), /reason/);
  await say(fleet, rollout, { retry: { by: 'alice', reason: 'it is the right day' } }, ALICE_IS);
  const { spec, status } = await fleet.ended(rollout + 1);
  assert.deepEqual([status?.outcome, spec.because], ['Succeeded', 'retried by alice: it is the right day']);
  assert.deepEqual(since(before, fleet.told()), each(before, 1));
  const { answer } = (await fleet.reload(rollout))?.status ?? {};
  assert.deepEqual([answer?.rollout, answer?.reason], [rollout + 1, 'it is the right day']);
});

story('a bad revision that is retried fails again, at the canary; of the older rollout nothing is left to retry', async (fleet) => {
  const before = fleet.told();
  const first = (await fleet.rollOut(badPage('v7'))).spec.rollout ?? 0;
  await say(fleet, first, { retry: { reason: 'a hope' } });
  assert.equal((await fleet.ended(first + 1)).status?.outcome, 'RolledBack');
  assert.deepEqual(
    counts(since(before, fleet.told())).reduce((sum, count) => sum + count),
    4,
  );

  await say(fleet, first, { retry: { reason: 'another hope' } });
  await until('the second retry is answered', async () => (await fleet.reload(first))?.status?.answer?.reason === 'another hope');
  const { rollout } = fleet.status();
  assert.equal(
    (await fleet.reload(first))?.status?.answer?.refused,
    `nothing that failed in rollout ${first} is in quarantine; the present one is ${rollout}`,
  );
  assert.equal(fleet.status().rollout, first + 1);
});

story('undone, the fleet goes to an older revision, and what the sources say is passed over until it is something else', async (fleet) => {
  const older = fleet.status().stableRevision ?? '';
  await fleet.rollOut(page('v8'));
  const before = fleet.told();
  const last = fleet.status().rollout ?? 0;
  const wish = await wishFor(fleet, older, 'v8 is slow', ALICE_IS, 'alice');
  const { spec, status } = await fleet.ended(last + 1);
  assert.deepEqual([status?.outcome, spec.revision, spec.because], ['Succeeded', older, 'undone by alice: v8 is slow']);
  await fleet.serves('v6');
  assert.deepEqual(since(before, fleet.told()), each(before, 1));
  const closed = await answered(fleet, wish, (it) => it.outcome !== undefined);
  assert.deepEqual([closed.outcome, closed.answer?.rollout], ['Succeeded', last + 1]);

  const version = await fleet.edit(page('v8'), { 'example.com/commit': 'again' });
  await fleet.until('the edit is seen', (it) => it.observedSources?.[0]?.resourceVersion === version);
  assert.match(fleet.status().because ?? '', /undone by alice: v8 is slow/);
  await stays('nobody is told', () => counts(since(before, fleet.told())).every((count) => count === 1), 1000);

  assert.equal((await fleet.rollOut(page('v9'))).status?.outcome, 'Succeeded');
  await fleet.serves('v9');
});

story('a wish for a revision that is not kept, or is stable already, is refused in words on the wish itself', async (fleet) => {
  const before = fleet.told();
  const { rollout, stableRevision = '' } = fleet.status();
  for (const [revision, because] of [
    ['0123456789abcdef', /^revision 0123456789abcdef is not kept: kept are /],
    [stableRevision, /is stable already$/],
  ] as const) {
    const { answer, outcome } = await answered(fleet, await wishFor(fleet, revision, 'just so'), (it) => it.answer !== undefined);
    assert.match(answer?.refused ?? '', because);
    assert.equal(outcome, 'Aborted');
  }
  await assert.rejects(
    kubectl(['create', '-n', fleet.namespace, '-f', '-'], reloadOf(stableRevision, { name: 'web-99' })),
    /use generateName/,
  );
  await fleet.quiet(before);
  assert.equal(fleet.status().rollout, rollout);
});

/** A rollout of that content, with its canary told, and a status that says so. */
async function begun(fleet: Fleet, content: string, because: RegExp): Promise<number> {
  const next = (fleet.status().rollout ?? 0) + 1;
  const before = fleet.told();
  await fleet.edit(content);
  await fleet.until(
    `rollout ${next} says ${because}`,
    (status) => status.rollout === next && because.test(status.because ?? '') && counts(since(before, fleet.told())).includes(1),
  );
  await until(`web-${next} is there`, async () => (await fleet.reload(next)) !== null);
  return next;
}

/** `kubectl patch reload web-<n>`, as a person would. */
async function say({ namespace }: Fleet, rollout: number, verbs: object, as: readonly string[] = []): Promise<void> {
  const patch = JSON.stringify({ spec: verbs });
  await kubectl(['patch', 'reload', `web-${rollout}`, '-n', namespace, '--type=merge', '-p', patch, ...as]);
}

type Status = NonNullable<Reload['status']>;
type Heard = NonNullable<Status['heard']>[number];

async function heard(fleet: Fleet, rollout: number, verb: Heard['verb'], is: (heard: Heard) => boolean): Promise<Heard> {
  const find = async () => (await fleet.reload(rollout))?.status?.heard?.find((it) => it.verb === verb && is(it));
  await until(`${verb} was heard on web-${rollout}`, async () => (await find()) !== undefined);
  return (await find()) as Heard;
}

/** Its name. */
async function wishFor({ namespace }: Fleet, revision: string, because: string, as: readonly string[] = [], by?: string): Promise<string> {
  const made = await kubectl(
    ['create', '-n', namespace, '-f', '-', '-o', 'jsonpath={.metadata.name}', ...as],
    reloadOf(revision, { generateName: 'web-undo-' }, { because, ...(by && { by }) }),
  );
  return made.trim();
}

async function answered({ cluster, namespace }: Fleet, wish: string, is: (status: Status) => boolean): Promise<Status> {
  const path = `/apis/fleetreload.dev/v1alpha1/namespaces/${namespace}/reloads/${wish}`;
  const status = async () => (await cluster.kube.get<Reload>(path))?.status ?? {};
  await until(`${wish} is answered`, async () => is(await status()));
  return await status();
}

function reloadOf(revision: string, metadata: object, spec: object = { because: 'just so' }): string {
  return JSON.stringify({ apiVersion: 'fleetreload.dev/v1alpha1', kind: 'Reload', metadata, spec: { policy: 'web', revision, ...spec } });
}

const ALICE_IS = ['--as=alice'];
const ALICE = `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reloader }
rules:
  - apiGroups: [fleetreload.dev]
    resources: [reloads]
    verbs: [get, create, patch]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: alice }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reloader }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: alice }]
`;
