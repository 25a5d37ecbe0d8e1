import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conditionsOf } from './conditions.ts';
import type { Member, Progress } from './plan/situation.ts';

const cases: [members: Record<string, 'managed' | 'plain'>, message: string, because: string][] = [
  [{ a: 'managed' }, 'all is well', 'everybody has the sidecar'],
  [{ b: 'plain', a: 'plain', c: 'managed' }, 'all is well. Without the sidecar, and so left alone: a, b', 'by name, not by who came first'],
  [
    { a: 'plain', b: 'plain', c: 'plain', d: 'plain' },
    'all is well. Without the sidecar, and so left alone: a, b, c, …',
    'three of many, so that a large fleet has a short message',
  ],
  [{}, 'all is well. The selector matches no pod', 'nobody is there'],
];

for (const [members, message, because] of cases)
  test(`members without the sidecar are named: ${because}`, () => assert.equal(messageOf('all is well', members), message));

test('who is left alone is named also behind the longest reason', () => {
  const message = messageOf('x'.repeat(600), { a: 'plain' });
  assert.equal(message.length, 512);
  assert.match(message, /x…\. Without the sidecar, and so left alone: a$/);
});

test('names that are too long for a message leave the reason room', () => {
  const message = messageOf('all is well', { ['a'.repeat(253)]: 'plain', ['b'.repeat(253)]: 'plain' });
  assert.match(message, /^all is well\. Without the sidecar, and so left alone: a+…$/);
});

function messageOf(because: string, members: Record<string, 'managed' | 'plain'>): string {
  const fleet = Object.entries(members).map(([name, kind]) => ({ name, managed: kind === 'managed' }) as Member);
  const [ready] = conditionsOf({ progress: { phase: 'Healthy', because } as Progress, fleet, generation: 1, now: 0 }, []);
  return ready?.message ?? '';
}
