import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from '../members.ts';
import { aPolicy, aReload, CANDIDATE, healthy, rolling, STABLE } from '../testing/objects.ts';
import type { Words } from '../words.ts';
import { plain } from './paint.ts';
import { standing } from './standing.ts';
import { tree } from './tree.ts';

const WORDS: Words = { running: { revision: STABLE, proof: 'Confirmed' }, asked: null, answered: true, refused: null, trouble: null };

function member(name: string, words: Partial<Words>, more: Partial<Member> = {}): Member {
  return { name, ready: true, managed: true, words: { ...WORDS, ...words }, ...more };
}

const asked = (at: string) => ({ attempt: '7.1', revision: CANDIDATE, at: Date.parse(at) });

const MEMBERS = [
  member('web-a', { running: { revision: CANDIDATE, proof: 'Confirmed' }, asked: asked('2026-11-02T10:42:01Z') }),
  member('web-b', {
    asked: asked('2026-11-02T10:43:01Z'),
    refused: { attempt: '7.1', revision: CANDIDATE, because: 'nginx master 7 kept its workers 12, 13 for 3s after SIGHUP' },
  }),
  member('web-c', {}),
  member('web-d', { trouble: 'not connected to the operator: ECONNREFUSED' }, { ready: false }),
  { name: 'web-old', ready: true, managed: false, words: null },
];

test('a rollout is a tree of waves, with the members that were asked in each, and fits into 60 columns', () => {
  const shown = tree(standing({ policy: aPolicy(rolling), reload: aReload(7), members: MEMBERS }), { columns: 60, paint: plain });
  assert.equal(
    shown,
    `
web  Progressing
│  wave 2 of 3 bakes
├─ stable     3f2a9c01d2e4b6a8
├─ candidate  9c01d2e4b6a83f2a
└─ web-7  [█████░░░░░░░░░░░░░░░] 1 of 4 on the candidate
   │  the sources changed (edited by
   │  kubectl-client-side-apply)
   ├─ ✓ wave 1  up to 1  1 in all, passed after 4s
   │  └─ ✓ web-a  9c01d2e4b6a83f2a  Confirmed
   ├─ ● wave 2  up to 50%  2 in all, open, approved by alice
   │  └─ ✗ web-b  3f2a9c01d2e4b6a8  refused
   │        refused 9c01d2e4b6a83f2a: nginx master 7 kept
   │        its workers 12, 13 for 3s after SIGHUP
   ├─ ○ wave 3  up to 100%
   └─ not asked
      ├─ ! web-d    3f2a9c01d2e4b6a8  in trouble, not Ready
      │     not connected to the operator: ECONNREFUSED
      ├─ ✓ web-c    3f2a9c01d2e4b6a8  Confirmed
      └─ ! web-old  has no sidecar
`.slice(1),
  );
  assert.ok(shown.split('\n').every(({ length }) => length <= 60));
});

test('who was born in a rollout and told to run stable was not asked in it', () => {
  const born = member('web-e', { asked: { attempt: '7.1', revision: STABLE, at: Date.parse('2026-11-02T10:43:01Z') } });
  const shown = tree(standing({ policy: aPolicy(rolling), reload: aReload(7), members: [born] }), { columns: null, paint: plain });
  assert.match(shown, /└─ not asked\n.* web-e /);
});

test('between rollouts a policy has its members, and how the last rollout ended', () => {
  const policy = aPolicy({ ...healthy, rollout: 6, outcome: 'RolledBack', phase: 'Degraded', because: 'quarantined' });
  const reload = aReload(6, {}, { because: 'web-a refused it' });
  assert.equal(
    tree(standing({ policy, reload, members: MEMBERS.slice(2, 3) }), { columns: null, paint: plain }),
    `
web  Degraded
│  quarantined
├─ stable     3f2a9c01d2e4b6a8
├─ web-6  RolledBack
│     web-a refused it
└─ 1 member
   └─ ✓ web-c  3f2a9c01d2e4b6a8  Confirmed
`.slice(1),
  );
});

test('of a fleet without pods, and of a policy that nobody looked at, it says so', () => {
  assert.equal(
    tree(standing({ policy: aPolicy(healthy), reload: null, members: [] }), { columns: null, paint: plain }),
    `
web  Healthy
│  every member is on stable
├─ stable     3f2a9c01d2e4b6a8
└─ no pod is selected
`.slice(1),
  );
  const unseen = { ...aPolicy({}), status: undefined };
  assert.match(
    tree(standing({ policy: unseen, reload: null, members: [] }), { columns: null, paint: plain }),
    /^web  no operator has looked yet\n/,
  );
});

test('of a large fleet those in trouble come first, and the others are counted', () => {
  const members = [...Array.from({ length: 30 }, (_, i) => member(`web-${i + 10}`, {})), ...MEMBERS.slice(3, 4)];
  const lines = tree(standing({ policy: aPolicy(healthy), reload: null, members }), { columns: null, paint: plain })
    .trimEnd()
    .split('\n');
  assert.match(lines.find((line) => line.includes('web-')) ?? '', /web-d/);
  assert.equal(lines.at(-1)?.trim(), '└─ and 11 more');
});

test('a log that may not be read is said to be so, and nothing is claimed of its member', () => {
  const members = [{ name: 'web-a', ready: true, managed: true, words: 'pods "web-a" is forbidden' }];
  const shown = tree(standing({ policy: aPolicy(healthy), reload: null, members }), { columns: null, paint: plain });
  assert.match(shown, /\? web-a {2}not known\n.*pods "web-a" is forbidden/);
});

test('where pods may not be read, the rollout is shown by what the policy counts', () => {
  const because = 'pods is forbidden: User "carol" cannot list it';
  const text = tree(standing({ policy: aPolicy(rolling), reload: aReload(7), members: because }), { columns: null, paint: plain });
  assert.match(text, /web-7 {2}\[█+░+\] 1 of 4 on the candidate\n/);
  assert.match(text, /└─ members are not known\n {6}pods is forbidden: User "carol" cannot list it\n$/);
});
