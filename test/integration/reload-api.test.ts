/** Reloads on a real API server: what is a record, what is a verb, what is a wish, and in whose name they are said. */

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { parse } from 'yaml';
import { Reload } from '../../crds/reload.ts';
import { anApiUser, eventually } from '../support/api-user.ts';
import { applyOperator } from '../support/operator.ts';

/** It may say what others said. */
const OPERATOR = 'system:serviceaccount:fleet-reload-system:fleet-reload';

const { run, kubectl, create, patch, columns, leave } = await anApiUser();
after(leave);

test('a Reload is a record: its status can be written, what it records cannot be changed', async () => {
  const spec = {
    policy: 'checkout',
    revision: '3f2a9c01d2e4b6a8',
    rollout: 7,
    from: '0000000000000001',
    fromSources: [{ kind: 'ConfigMap', name: 'checkout-config', digest: '0000000000000001' }],
    sources: [
      { kind: 'ConfigMap', name: 'checkout-config', digest: '3f2a9c01d2e4b6a8' },
      { kind: 'Secret', name: 'checkout-tls' },
    ],
    changedBy: 'kubectl-client-side-apply',
    because: 'the sources changed',
    by: 'alice',
  };
  const created = await createRecord('checkout-7', spec);
  assert.deepEqual(Reload.parse(created).spec, spec);
  const status = {
    outcome: 'RolledBack',
    because: 'wave 0: pod-1 refused',
    startedAt: '2026-11-24T22:41:07.123Z',
    finishedAt: '2026-11-24T22:41:09.000Z',
    waves: [{ upTo: '1', members: 1, openedAt: '2026-11-24T22:41:07.123Z', approvedBy: 'alice' }],
    members: { asked: 1, applied: 0, refused: 1 },
    heard: [
      { verb: 'approve', wave: 1, by: 'alice', at: '2026-11-24T22:41:07.123Z' },
      {
        verb: 'pause',
        by: 'field manager kubectl-patch',
        reason: 'lunch',
        at: '2026-11-24T22:41:08.123Z',
        refused: 'the rollout has ended: RolledBack',
      },
    ],
    answer: { refused: 'nothing that failed in rollout 7 is in quarantine', reason: 'mended', at: '2026-11-24T22:41:10.000Z' },
  };
  const written = await patch('rl', 'checkout-7', { status }, '--subresource=status');
  assert.deepEqual(written.status, status);
  assert.deepEqual(Reload.parse(written).status, status);

  const others: Readonly<Record<string, unknown>> = {
    policy: 'other',
    revision: '0000000000000002',
    rollout: 8,
    from: null,
    fromSources: [],
    sources: null,
    changedBy: 'me',
    because: 'another',
    by: null,
  };
  for (const [field, value] of Object.entries(others)) {
    const { stderr } = await merge('checkout-7', { [field]: value });
    const sentence = `spec: Invalid value: spec.${field} is a record and does not change: make a new Reload`;
    assert.ok(stderr.includes(sentence), `${field}: ${stderr}`);
  }
});

test('verbs are said to the Reload of a rollout, and taken back, as small writes', async () => {
  await createRecord('web-3', rollout('web', 3));
  const spec = async (change: unknown) => {
    const { stderr, code } = await merge('web-3', change);
    assert.equal(code, 0, stderr);
    const { abort, pause, promote, approve, retry } = parse(await kubectl(['get', 'rl', 'web-3', '-o', 'json'])).spec;
    return { abort, pause, promote, approve, retry };
  };
  const none = { abort: undefined, pause: undefined, promote: undefined, approve: undefined, retry: undefined };
  assert.deepEqual(await spec({ approve: { wave: 2 } }), { ...none, approve: { wave: 2 } });
  assert.deepEqual(await spec({ approve: { wave: 3, reason: 'looks good' } }), { ...none, approve: { wave: 3, reason: 'looks good' } });
  assert.deepEqual(await spec({ approve: null, pause: {} }), { ...none, pause: {} });
  assert.deepEqual(await spec({ pause: null, promote: {} }), { ...none, promote: {} });
  assert.deepEqual(await spec({ promote: { wave: 16 } }), { ...none, promote: { wave: 16 } });
  assert.deepEqual(await spec({ promote: null, abort: { reason: 'too late at night' } }), {
    ...none,
    abort: { reason: 'too late at night' },
  });
  assert.deepEqual(Reload.parse(parse(await kubectl(['get', 'rl', 'web-3', '-o', 'json']))).spec.abort, { reason: 'too late at night' });
});

test('a verb that makes no sense is refused with its field:', async (t) => {
  await createRecord('web-4', rollout('web', 4));
  for (const [verb, says] of [
    [{ approve: {} }, 'spec.approve.wave: Required value'],
    [{ approve: { wave: 0 } }, 'spec.approve.wave: Invalid value: 0: spec.approve.wave in body should be greater than or equal to 1'],
    [{ promote: { wave: 17 } }, 'spec.promote.wave: Invalid value: 17: spec.promote.wave in body should be less than or equal to 16'],
    [{ retry: {} }, 'spec.retry.reason: Required value'],
    [{ retry: { reason: '' } }, 'spec.retry.reason: Invalid value: "": spec.retry.reason in body should be at least 1 chars long'],
    [{ abort: { reason: 'x'.repeat(181) } }, 'spec.abort.reason: Too long: may not be more than 180 bytes'],
    [{ pause: { by: 'x'.repeat(254) } }, 'spec.pause.by: Too long: may not be more than 253 bytes'],
  ] as const) {
    await t.test(JSON.stringify(verb).slice(0, 40), async () => {
      const { stderr } = await merge('web-4', verb);
      assert.ok(stderr.includes(says), stderr);
    });
  }
});

test('of a rollout that has ended only retry can still be said', async () => {
  await createRecord('web-5', { ...rollout('web', 5), pause: {} });
  await patch('rl', 'web-5', { status: { outcome: 'RolledBack' } }, '--subresource=status');
  for (const verb of [
    { abort: {} },
    { pause: null },
    { promote: {} },
    { approve: { wave: 1 } },
    { abort: {}, retry: { reason: 'mended' } },
  ]) {
    const { stderr } = await merge('web-5', verb);
    assert.equal(
      stderr.trimEnd(),
      'The Reload "web-5" is invalid: spec: Invalid value: the rollout has ended: of it only retry can still be said',
    );
  }
  const retried = await patch('rl', 'web-5', { spec: { retry: { reason: 'mended' } } });
  assert.deepEqual(retried.spec.retry, { reason: 'mended' });
  const answered = await patch(
    'rl',
    'web-5',
    { status: { answer: { rollout: 6, at: '2026-11-24T22:41:10.000Z' } } },
    '--subresource=status',
  );
  assert.equal(answered.status.answer.rollout, 6);
});

test("a rollout's Reload is named after it, and a wish is not:", async (t) => {
  const wish = { policy: 'web', revision: '3f2a9c01d2e4b6a8', because: 'the new one is slow' };
  const operators = "metadata.name: Invalid value: a Reload with spec.rollout is the operator's, and its name is <policy>-<rollout>";
  const users = "metadata.name: Invalid value: <policy>-<n> are the operator's names: use generateName, such as web-undo-";
  const said =
    'spec: Invalid value: abort, pause, promote, approve and retry are said to the Reload of a rollout, <policy>-<n>, and not to a wish';
  for (const [title, name, spec, says] of [
    ['another number', 'web-8', rollout('web', 9), operators],
    ['a number with a zero in front', 'web-09', rollout('web', 9), operators],
    ['another policy', 'other-9', rollout('web', 9), operators],
    ['the name of the policy alone', 'web', rollout('web', 9), operators],
    ["a wish with a rollout's name", 'web-9', wish, users],
    ['a wish with a number', 'web-007', wish, users],
    ['a wish that pauses', 'web-undo', { ...wish, pause: {} }, said],
    ['a wish that retries', 'web-undo', { ...wish, retry: { reason: 'mended' } }, said],
  ] as const) {
    await t.test(title, async () => {
      const { stderr } = await run(['create', '--dry-run=server', '-f', '-'], reload(name, spec));
      assert.equal(stderr.trimEnd(), `The Reload "${name}" is invalid: ${says}`);
    });
  }
  for (const name of ['web-undo', 'web-9x', 'web-1-2', 'web']) {
    await t.test(`a wish may be named ${name}`, async () => {
      await kubectl(['create', '--dry-run=server', '-f', '-'], reload(name, wish));
    });
  }
  const { metadata, spec } = await create(JSON.stringify({ ...JSON.parse(reload('', wish)), metadata: { generateName: 'web-undo-' } }));
  assert.match(metadata.name, /^web-undo-[a-z0-9]{5}$/);
  assert.deepEqual(spec, wish);
});

test('whoever says something says it in their own name:', async (t) => {
  await applyOperator(['replicas=0']);
  const refused = (field: string, user: string) =>
    new RegExp(
      `denied request: ${field} must be your own user name, ${user}, or be left out [(]a merge patch keeps the one that is there: use --type json[)]\\n$`,
    );
  const lie = reload('web-undo', { policy: 'web', revision: '3f2a9c01d2e4b6a8', because: 'for bob', by: 'bob' });
  // The API server takes a moment to follow.
  await eventually(async () =>
    assert.match((await run(['create', '--dry-run=server', '-f', '-', ...as('alice')], lie)).stderr, refused('spec.by', 'alice')),
  );
  await createRecord('web-6', rollout('web', 6));
  const say = (user: string, change: unknown) =>
    run(['patch', 'rl', 'web-6', '--type=merge', '-p', JSON.stringify({ spec: change }), ...as(user)]);
  const accepted = async (user: string, change: unknown) => assert.deepEqual(await say(user, change).then(({ stderr }) => stderr), '');

  for (const [verb, value] of Object.entries({
    abort: {},
    pause: {},
    promote: { wave: 2 },
    approve: { wave: 2 },
    retry: { reason: 'mended' },
  })) {
    await t.test(`${verb} in another's name is refused`, async () =>
      assert.match((await say('alice', { [verb]: { ...value, by: 'bob' } })).stderr, refused(`spec.${verb}.by`, 'alice')),
    );
  }
  await t.test('in their own, and in none', async () => {
    await accepted('alice', { approve: { wave: 2, by: 'alice' } });
    await accepted('bob', { promote: { wave: 1 } });
  });
  await t.test("beside another's words, which stay as they are", () => accepted('bob', { pause: { by: 'bob' } }));
  await t.test("nobody changes another's words and leaves that one's name beside them", async () =>
    assert.match((await say('bob', { approve: { wave: 3 } })).stderr, refused('spec.approve.by', 'bob')),
  );
  await t.test('anybody takes them back, or says them in their own name', async () => {
    await accepted('alice', { pause: null });
    await accepted('bob', { approve: { wave: 3, by: 'bob' } });
  });
  await t.test('nobody but the operator makes the record of a rollout, not even who may do all else', async () => {
    const forged = reload('web-500', rollout('web', 500));
    const { stderr } = await run(['create', '--dry-run=server', '-f', '-', ...as('alice')], forged);
    assert.match(
      stderr,
      /denied request: spec\.rollout is the operator's: a Reload that you make is a wish and has none\. Restore a backup/,
    );
    await kubectl(['create', '--dry-run=server', '-f', '-', ...as(OPERATOR)], forged);
  });
  await t.test('the operator makes a Reload again with what others said on it', async () => {
    await kubectl(
      ['create', '--dry-run=server', '-f', '-', ...as(OPERATOR)],
      reload('web-7', { ...rollout('web', 7), pause: { by: 'alice' } }),
    );
  });
});

test('a Reload of something that is no revision is refused', async () => {
  const { stderr } = await run(['create', '-f', '-'], reload('bad', { policy: 'checkout', revision: 'latest', sources: [], because: '' }));
  assert.equal(
    stderr.trimEnd(),
    'The Reload "bad" is invalid: spec.revision: Invalid value: "latest": revision must be a revision\'s name: 16 hex digits',
  );
});

test('kubectl get shows how a rollout ended, and why it was begun', async () => {
  await createRecord('shown-1', { ...rollout('shown', 1), revision: '000000000000000b' });
  await patch('rl', 'shown-1', { status: { outcome: 'Succeeded' } }, '--subresource=status');
  const [reloadHead, reloadRow] = await columns('rl', 'shown-1');
  assert.deepEqual(reloadHead, ['NAME', 'POLICY', 'REVISION', 'OUTCOME', 'AGE']);
  assert.deepEqual(reloadRow?.slice(0, -1), ['shown-1', 'shown', '000000000000000b', 'Succeeded']);
  assert.deepEqual(
    (await columns('rl', 'shown-1', '-o', 'wide')).map((row) => row.slice(0, -1)),
    [
      ['NAME', 'POLICY', 'REVISION', 'OUTCOME', 'WHY'],
      ['shown-1', 'shown', '000000000000000b', 'Succeeded', 'the sources changed'],
    ],
  );
});

function reload(name: string, spec: unknown): string {
  return JSON.stringify({ apiVersion: 'fleetreload.dev/v1alpha1', kind: 'Reload', metadata: { name }, spec });
}

/** Of a rollout: nobody but the operator may. */
function createRecord(name: string, spec: unknown) {
  return create(reload(name, spec), ...as(OPERATOR));
}

/** The spec of the operator's own Reload. */
function rollout(policyName: string, n: number) {
  return { policy: policyName, revision: '3f2a9c01d2e4b6a8', rollout: n, sources: [], because: 'the sources changed' };
}

/** Another user, who may do all that admission lets through. */
function as(user: string): readonly string[] {
  return ['--as', user, '--as-group', 'system:masters'];
}

/** As a user would write it. */
function merge(name: string, change: unknown) {
  return run(['patch', 'reload', name, '--type', 'merge', '-p', JSON.stringify({ spec: change })]);
}
