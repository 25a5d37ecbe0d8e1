import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPolicy, healthy, NOW, rolling } from '../testing/objects.ts';
import { plan } from './plan.ts';

const ASKED = {
  policy: aPolicy(healthy),
  managed: 10,
  freeze: null,
  changes: 'ConfigMap web-config, a: new, 1 bytes\n',
  quarantined: null,
  now: NOW,
};

test('a plan has what changes, whom each wave reaches, and how long it bakes', () => {
  assert.equal(
    plan(ASKED),
    `
ConfigMap web-config, a: new, 1 bytes

WAVE   UP TO   MEMBERS   BAKE   APPROVAL
1      1       1         2s     -
2      50%     5         30s    Required
3      100%    10        30s    -

It bakes for 62s in all; at most 2 of 10 members are unavailable at once.
Gates: readiness; they are measured while a wave bakes.
`.slice(1),
  );
});

test('where nothing changes there is no plan', () => {
  assert.match(plan({ ...ASKED, changes: '' }), /^web: nothing would be rolled out/);
});

const window = (cron: string) => ({ windows: [{ cron, duration: '1h' }] });

for (const [asked, says, because] of [
  [{ quarantined: 'web-b refused it' }, 'It would be passed over: it is in quarantine, web-b refused it.', 'it failed before'],
  [{ freeze: 'the audit is on' }, 'It would wait: the namespace is frozen, the audit is on.', 'a freeze'],
  [{ policy: aPolicy(healthy, 'web', { paused: true }) }, 'It would wait: the policy is paused.', 'the policy is paused'],
  [
    { policy: aPolicy(healthy, 'web', window('0 2 * * *')) },
    'It would wait for the next window at 2026-11-03T02:00:00.000Z.',
    'a closed window',
  ],
  [{ policy: aPolicy(rolling) }, 'web-7 is under way: it would be superseded.', 'another one is under way'],
  [{ policy: aPolicy(rolling, 'web', { onNewRevision: 'Finish' }) }, 'web-7 is under way: it would end first.', 'that one is to finish'],
] as const)
  test(`what holds it is said: ${because}`, () =>
    assert.equal(
      plan({ ...ASKED, ...asked })
        .trimEnd()
        .split('\n')
        .at(-1),
      says,
    ));

test('an open window holds nothing', () => {
  const policy = aPolicy(healthy, 'web', window('0 10 * * *'));
  assert.equal(plan({ ...ASKED, policy }), plan(ASKED));
});
