import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Progress } from '../operator/plan/situation.ts';
import { progressOf, statusOf } from '../operator/status.ts';
import { BECAUSE_MAX, LISTED_BECAUSE_MAX } from './because.ts';
import { fullStatus } from './fixtures/full-status.ts';
import { QUARANTINED_MAX, ReloadPolicyStatus } from './reload-policy-status.ts';
import { Outcome } from './rollout.ts';

test('the fullest status of two sources is under 16 KiB', () => {
  assert.deepEqual(ReloadPolicyStatus.parse(fullStatus()), fullStatus());
  const bytes = Buffer.byteLength(JSON.stringify(fullStatus()));
  assert.ok(bytes < 16 * 1024, `${bytes} bytes`);
});

test('all that the planner remembers can be written to a status and read back without loss', () => {
  fc.assert(
    fc.property(progresses(), (progress) => {
      const written = JSON.stringify(statusOf({ ...nobody, progress }, undefined));
      assert.deepEqual(progressOf(ReloadPolicyStatus.parse(JSON.parse(written))), progress);
    }),
  );
});

const nobody = { generation: 1, epoch: 0, wakeAt: null, revisions: [], observed: [], fleet: [], assignments: [], now: 0 };

function progresses(): fc.Arbitrary<Progress> {
  const count = fc.nat(1_000_000_000);
  const revision = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((n) => n.toString(16).padStart(16, '0'));
  const at = fc.integer({ min: 0, max: Date.parse('2999-12-31T23:59:59.999Z') });
  const words = (maxLength: number) => fc.string({ maxLength, unit: 'binary' }).filter((text) => text.length <= maxLength);
  const upTo = fc.oneof(
    fc.integer({ min: 1, max: 100_000 }),
    fc.integer({ min: 1, max: 100 }).map((percent) => `${percent}%` as const),
  );
  return fc.record(
    {
      rollout: count,
      wave: count,
      stable: fc.option(revision),
      candidate: fc.option(revision),
      startedAt: fc.option(at),
      bakeStartedAt: fc.option(at),
      waves: fc.array(fc.record({ upTo, members: count, openedAt: at, passedAt: fc.option(at) }, { noNullPrototype: true }), {
        maxLength: 16,
      }),
      quarantined: fc.array(fc.record({ revision, at, because: words(LISTED_BECAUSE_MAX) }, { noNullPrototype: true }), {
        maxLength: QUARANTINED_MAX,
      }),
      outcome: fc.option(fc.constantFrom(...Outcome.options)),
      phase: fc.constantFrom('Healthy', 'Progressing', 'Paused', 'Degraded'),
      because: words(BECAUSE_MAX),
    },
    { noNullPrototype: true },
  );
}
