import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Member, Progress } from '../operator/plan/situation.ts';
import { beginning } from '../operator/plan/turn.ts';
import { progressOf, statusOf } from '../operator/status.ts';
import { BECAUSE_MAX, LISTED_BECAUSE_MAX } from './because.ts';
import { fullStatus } from './fixtures/full-status.ts';
import { QUARANTINED_MAX, ReloadPolicyStatus } from './reload-policy-status.ts';
import { APPROVED_BY_MAX, Outcome } from './rollout.ts';
import { BY_MAX, WAVES_MAX } from './verb.ts';

test('the fullest status of two sources is under 16 KiB', () => {
  const status = fullStatus();
  assert.deepEqual(ReloadPolicyStatus.parse(status), status);
  assert.ok(bytesOf(status) < 16 * 1024, `${bytesOf(status)} bytes`);
  const progress = progressOf(status);
  assert.ok(progress);
  const rewritten = statusOf({ ...nobody, progress }, undefined);
  for (const [field, value] of Object.entries(rewritten))
    if (!MADE_OF_OTHER_FACTS.includes(field)) assert.deepEqual(value, status[field as keyof ReloadPolicyStatus], field);
});

test('10,000 members that all refuse and 17 gates that all fail are told of as far as 16 KiB reach, and nothing that the planner remembers is cut for it', () => {
  const progress = progressOf(fullStatus());
  assert.ok(progress?.candidate);
  const fleet = Array.from({ length: 10_000 }, (_, i) => refusing(`${i}`.padStart(63, 'p'), progress.candidate ?? ''));
  const gates = Array.from({ length: 17 }, (_, i) => ({ gate: `gate-${i}`, kind: 'fail' as const, because: 'x'.repeat(500) }));
  const facts = { ...nobody, revisions: fullStatus().revisions ?? [], observed: fullStatus().observedSources ?? [], fleet, gates };

  const fullest = statusOf({ ...facts, progress }, undefined);
  assert.ok(bytesOf(fullest) < 16 * 1024, `${bytesOf(fullest)} bytes`);
  assert.deepEqual(progressOf(fullest), progress);

  const usual = statusOf({ ...facts, progress: { ...progress, heard: [], quarantined: progress.quarantined.slice(-4) } }, undefined);
  assert.ok(bytesOf(usual) < 16 * 1024, `${bytesOf(usual)} bytes`);
  assert.ok((usual.offenders?.length ?? 0) >= 8, `${usual.offenders?.length} offenders`);
  assert.ok((usual.gates?.length ?? 0) >= 8, `${usual.gates?.length} gates`);
});

test('of what failed long ago, the beginning of the reason is kept; of what failed lately, all of it', () => {
  const quarantined = Array.from({ length: QUARANTINED_MAX }, (_, i) => ({
    revision: `${i}`.padStart(16, '0'),
    at: 0,
    because: 'x'.repeat(LISTED_BECAUSE_MAX),
    rollout: i + 1,
  }));
  const status = statusOf({ ...nobody, progress: { ...beginning, quarantined } }, undefined);
  const lengths = status.quarantined?.map(({ because }) => because.length);
  assert.deepEqual(lengths, [...Array(16).fill(60), ...Array(4).fill(LISTED_BECAUSE_MAX)]);
  assert.deepEqual(progressOf(statusOf({ ...nobody, progress: progressOf(status) ?? beginning }, undefined)), progressOf(status));
});

test('what an older operator wrote is read: what it did not know is as in the beginning', () => {
  const { rollout, stable, ...rest } = beginning;
  assert.deepEqual(
    progressOf({ rollout: 7, stableRevision: '000000000000000a', phase: 'Progressing', because: 'waiting for the sources' }),
    {
      rollout: 7,
      stable: '000000000000000a',
      ...rest,
    },
  );
  assert.deepEqual([rollout, stable], [0, null]);
});

test('all that the planner remembers can be written to a status and read back without loss', () => {
  fc.assert(
    fc.property(progresses(), (progress) => {
      const written = JSON.stringify(statusOf({ ...nobody, progress }, undefined));
      assert.deepEqual(progressOf(ReloadPolicyStatus.parse(JSON.parse(written))), progress);
    }),
  );
});

/** Not of the planner's memory. */
const MADE_OF_OTHER_FACTS = ['observedGeneration', 'revisions', 'members', 'observedSources', 'offenders', 'epoch', 'conditions'];

const nobody = { generation: 1, epoch: 0, wakeAt: null, revisions: [], observed: [], fleet: [], assignments: [], now: 0 };

function progresses(): fc.Arbitrary<Progress> {
  const count = fc.nat(999_999_999);
  const revision = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => n.toString(16).padStart(16, '0'));
  const at = fc.integer({ min: 0, max: Date.parse('2999-12-31T23:59:59.999Z') });
  const words = (maxLength: number) => fc.string({ maxLength, unit: 'binary' }).filter((text) => text.length <= maxLength);
  const upTo = fc.oneof(
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%` as const),
  );
  return plain({
    rollout: count,
    wave: count,
    stable: fc.option(revision),
    stableSince: fc.option(at),
    candidate: fc.option(revision),
    startedAt: fc.option(at),
    bakeStartedAt: fc.option(at),
    waves: fc.array(plain({ upTo, members: count, openedAt: at, passedAt: fc.option(at), approvedBy: fc.option(words(APPROVED_BY_MAX)) }), {
      maxLength: WAVES_MAX,
    }),
    // Of older ones, only the beginning of the reason is kept.
    quarantined: fc
      .tuple(
        fc.array(plain({ revision, at, because: words(60), rollout: count }), { maxLength: QUARANTINED_MAX - 4 }),
        fc.array(plain({ revision, at, because: words(LISTED_BECAUSE_MAX), rollout: count }), { minLength: 4, maxLength: 4 }),
      )
      .map(([older, newest]) => [...older, ...newest]),
    why: words(BECAUSE_MAX),
    progressedAt: fc.option(at),
    failed: fc.option(words(BECAUSE_MAX)),
    forgiven: count,
    heard: fc.array(
      plain({
        verb: fc.constantFrom('abort', 'pause', 'promote', 'approve'),
        wave: fc.option(fc.integer({ min: 1, max: WAVES_MAX })),
        by: words(BY_MAX),
        reason: fc.option(words(LISTED_BECAUSE_MAX)),
        at,
        refused: fc.option(words(LISTED_BECAUSE_MAX)),
      }),
      { maxLength: 4 },
    ),
    undone: fc.option(revision),
    request: fc.option(words(253)),
    outcome: fc.option(fc.constantFrom(...Outcome.options)),
    phase: fc.constantFrom('Healthy', 'Progressing', 'Paused', 'Degraded'),
    because: words(BECAUSE_MAX),
  });
}

/** A record with a prototype, as all of ours have one. */
function plain<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

function refusing(name: string, revision: string): Member {
  const refused = { revision, attempt: '1', at: 0, because: 'x'.repeat(500) };
  return {
    uid: name,
    name,
    bornAt: 0,
    managed: true,
    phase: 'running',
    ready: true,
    unreadySince: null,
    startedAt: [],
    endedAt: [],
    topology: {},
    link: { kind: 'connected' },
    running: null,
    asked: null,
    refused,
  };
}

function bytesOf(status: ReloadPolicyStatus): number {
  return Buffer.byteLength(JSON.stringify(status));
}
