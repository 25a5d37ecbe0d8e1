import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPolicy, healthy, NOW, rolling } from '../testing/objects.ts';
import { type Planned, plan } from './plan.ts';

const ASKED: Planned = {
  policy: aPolicy(healthy),
  edited: '',
  members: { total: 10, managed: 10, unready: [] },
  freeze: null,
  changes: 'ConfigMap web-config, a: new, 1 byte\n',
  unread: new Map(),
  quarantined: null,
  older: null,
  isCandidate: false,
  reloads: [],
  gates: [],
  now: NOW,
};

const WAVES = `
WAVE   UP TO   MEMBERS   BAKE   APPROVAL
1      1       1         2s     -
2      50%     5         30s    Required
3      100%    10        30s    -

At most 2 of 10 members are unavailable at once.
It takes 62s of bakes at least, without what approvals take: no rollout has succeeded yet that tells the rest.

Gates, in each bake:
  readiness: every member asked is Ready, and none of its containers starts again; now 10 of 10 are Ready
`;

test('a plan has what changes, whom each wave reaches, how long it takes, and its gates', () => {
  assert.equal(plan(ASKED), `${ASKED.changes}${WAVES}`);
});

test('where nothing changes there is no plan', () => {
  assert.match(plan({ ...ASKED, changes: '' }), /^web: nothing would be rolled out/);
});

test('of a policy that is not there yet everything is shown but what changes', () => {
  const text = 'web is not in the cluster yet: members that have these files already are adopted, and the others get them so:\n';
  assert.equal(plan({ ...ASKED, edited: null }), `${text}${WAVES}`);
});

test('of a policy that is edited it is shown how the next edit of its sources would go', () => {
  const edited = 'ReloadPolicy web, spec: changed, 5 bytes\n';
  const nothing = 'web: nothing would be rolled out: the sources say what stable is\nThe next edit of them would go so:\n';
  assert.equal(plan({ ...ASKED, edited, changes: '' }), `${edited}\n${nothing}${WAVES}`);
});

test('what may not be read is no change, and no sameness', () => {
  const unread = new Map([['Secret web-tls', 'secrets "web-tls" is forbidden']]);
  assert.equal(
    plan({ ...ASKED, changes: '', unread }),
    `Whether Secret web-tls changed is not known: secrets "web-tls" is forbidden\n${WAVES}`,
  );
});

const window = (cron: string) => ({ windows: [{ cron, duration: '1h' }] });
const members = (total: number, managed: number, unready: readonly string[] = []) => ({ members: { total, managed, unready } });

for (const [asked, says, because] of [
  [{ quarantined: 'web-b refused it' }, 'It would be passed over: it is in quarantine, web-b refused it.', 'it failed before'],
  [{ freeze: 'the namespace shop is frozen: the audit' }, 'It would wait: the namespace shop is frozen: the audit.', 'a freeze'],
  [{ policy: aPolicy(healthy, 'web', { paused: true }) }, 'It would wait: the policy is paused.', 'the policy is paused'],
  [
    { policy: aPolicy(healthy, 'web', window('0 2 * * *')) },
    'It would wait for the next window at 2026-11-03T02:00:00Z.',
    'a closed window',
  ],
  [
    { policy: aPolicy(healthy, 'web', window('0 10 * * *')) },
    'Its window is open until 2026-11-02T11:00:00Z; the next one opens at 2026-11-03T10:00:00Z.',
    'an open window',
  ],
  [
    { policy: aPolicy(healthy, 'web', window('0 10 * * *')), now: NOW + 14.5 * 60_000 },
    'Its window is open until 2026-11-02T11:00:00Z; the next one opens at 2026-11-03T10:00:00Z. It would not end by then, and go on in the next one.',
    'an open window that closes sooner than it ends',
  ],
  [{ policy: aPolicy(healthy, 'web', window('0 2 30 2 *')) }, 'It would wait: none of its windows ever opens.', 'a window on February 30'],
  [{ policy: aPolicy(rolling) }, 'web-7 is under way: it would be superseded.', 'another one is under way'],
  [{ policy: aPolicy(rolling), isCandidate: true }, 'web-7 rolls it out already.', 'it is the one that is under way'],
  [{ policy: aPolicy(rolling, 'web', { onNewRevision: 'Finish' }) }, 'web-7 is under way: it would end first.', 'that one is to finish'],
  [
    { older: 'all' },
    'It would send nothing: all is older and has some of these pods. Make their selectors exclude each other.',
    'another policy has them',
  ],
  [members(0, 0), 'No pod is selected now.', 'no pod is selected'],
  [members(5, 3), '2 of 5 pods have no sidecar: they are never asked, and not waited for.', 'some have no sidecar'],
  [
    members(5, 5, ['a', 'b', 'c', 'd']),
    '  readiness: every member asked is Ready, and none of its containers starts again; now 1 of 5 are Ready, and not a, b, c and more',
    'members are not Ready',
  ],
  [{ gates: [{ name: 'errors', now: '0.5 is\nabove 0.01' }] }, '  errors: 0.5 is above 0.01', 'a gate that is measured now, in a line'],
] as const)
  test(`what stands in the way, or will be asked, is said: ${because}`, () => {
    const lines = plan({ ...ASKED, ...asked }).split('\n');
    assert.ok(lines.includes(says), lines.join('\n'));
  });
