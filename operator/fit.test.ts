import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fullStatus, overfullStatus } from '../crds/fixtures/full-status.ts';
import { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { aFleet, situationOf } from '../test/support/fake-fleet.ts';
import { bytesOf, fit } from './fit.ts';
import { hear } from './plan/verbs.ts';
import { progressOf } from './status.ts';

/** One, three and four bytes; escaped by JSON; escaped by the API server alone. */
const CHARACTERS = ['x', '語', '😀', '"', '\u0001', '<', '\u2028'];

for (const character of CHARACTERS) {
  test(`the fullest status that the API allows fits into 16 KiB, all words of ${JSON.stringify(character)}`, () => {
    const whole = overfullStatus(character);
    assert.ok(bytesOf(whole) > 30_000);
    assertFits(whole, fit(whole));
  });
}

test('whatever a status says, and however long: it fits into 16 KiB, and what the fleet should run stands in it', () => {
  fc.assert(fc.property(statuses(), (whole) => assertFits(whole, fit(whole))));
});

test('bytes are counted as the API server writes them: it escapes what HTML could take for its own', () => {
  assert.equal(bytesOf('<>&\u2028'), '"\\u003c\\u003e\\u0026\\u2028"'.length);
});

test('a status that fits is left as it is', () => {
  const status = { ...fullStatus(), offenders: [] };
  assert.equal(fit(status), status);
});

test('lists for people lose their ends first, and nothing that the planner remembers for them', () => {
  const { gates, offenders } = overfullStatus('x');
  const whole = { ...fullStatus(), heard: [], gates, offenders };
  const fitting = fit(whole);
  assert.deepEqual({ ...fitting, gates, offenders }, whole);
  assert.deepEqual([fitting.gates?.length, fitting.offenders?.length], [5, 4]);
});

test('names of observed sources lose their ends before any text does', () => {
  const { revisions, observedSources } = overfullStatus('x');
  const whole: ReloadPolicyStatus = { phase: 'Healthy', because: 'y'.repeat(512), why: 'z'.repeat(512), revisions, observedSources };
  const fitting = fit(whole);
  assert.deepEqual({ ...fitting, observedSources }, whole);
  assert.equal(fitting.observedSources?.[3]?.name, `${'s'.repeat(45)}…`);
  assert.equal(fitting.observedSources?.[3]?.resourceVersion, '123456789');
});

test('the longest texts lose their ends, and a short one stays whole', () => {
  const whole = { ...overfullStatus('x'), why: 'the sources changed' };
  assert.equal(fit(whole).why, whole.why);
});

test('a fitted status that was read back fits as it is', () => {
  for (const character of CHARACTERS) {
    const fitting = fit(overfullStatus(character));
    assert.equal(fit(fitting), fitting);
  }
});

test('a verb of which status keeps the beginning is not heard again; another one is', () => {
  const reason = 'too late at night, and nobody is there who knows the service';
  const [last] = fit(overfullStatus('x')).heard ?? [];
  assert.ok(last);
  const status: ReloadPolicyStatus = {
    ...fullStatus(),
    heard: [{ verb: 'pause', by: last.by, reason: 'too late at night…', at: last.at }],
  };
  const progress = progressOf(status);
  assert.ok(progress);
  const fleet = aFleet(0);
  const after = (by: string, said: string) => {
    fleet.verbs = { abort: null, pause: { by, reason: said }, promote: null, approve: null };
    return hear(situationOf(fleet), progress);
  };
  assert.equal(after('x'.repeat(253), reason), progress);
  assert.notEqual(after('x'.repeat(253), 'too early'), progress);
  assert.notEqual(after('y'.repeat(253), reason), progress);
});

function assertFits(whole: ReloadPolicyStatus, fitting: ReloadPolicyStatus): void {
  assert.ok(bytesOf(fitting) < 16 * 1024, `${bytesOf(fitting)} bytes`);
  assert.deepEqual(ReloadPolicyStatus.parse(fitting), fitting);
  assert.deepEqual(factsOf(fitting), factsOf(whole));
  const forgotten = (whole.quarantined?.length ?? 0) - (fitting.quarantined?.length ?? 0);
  assert.deepEqual(namesIn(fitting.quarantined), namesIn(whole.quarantined)?.slice(forgotten));
}

/** All but texts, and lists that may be shorter. */
function factsOf(status: ReloadPolicyStatus): object {
  const { conditions, waves, heard } = status;
  return {
    ...without(status, 'because', 'why', 'failed', 'gates', 'offenders', 'observedSources', 'quarantined'),
    conditions: conditions?.map((it) => without(it, 'message')),
    waves: waves?.map((it) => without(it, 'approvedBy')),
    heard: heard?.map((it) => ({ ...without(it, 'by', 'reason', 'refused'), isRefused: it.refused !== undefined })),
  };
}

function namesIn(quarantined: ReloadPolicyStatus['quarantined']) {
  return quarantined?.map((it) => without(it, 'because'));
}

function without<T extends object>(value: T, ...fields: readonly (keyof T & string)[]): object {
  const left = Object.entries(value).filter(([field]) => !fields.some((it) => it === field));
  return Object.fromEntries(left);
}

/** A part of the fullest, with texts of any length up to that. */
function statuses(): fc.Arbitrary<ReloadPolicyStatus> {
  const length = fc.integer({ min: 0, max: 512 });
  return fc
    .record({
      character: fc.constantFrom(...CHARACTERS),
      texts: fc.array(length, { minLength: 1, maxLength: 40 }),
      lists: fc.array(fc.nat(20), { minLength: 8, maxLength: 8 }),
    })
    .map(({ character, texts, lists }) => {
      let text = 0;
      let list = 0;
      const some = (_key: string, value: unknown) => {
        if (Array.isArray(value)) return value.slice(0, lists[list++ % lists.length]);
        return typeof value === 'string' && value.startsWith(character)
          ? Array.from(value)
              .slice(0, texts[text++ % texts.length])
              .join('')
          : value;
      };
      return JSON.parse(JSON.stringify(overfullStatus(character)), some) as ReloadPolicyStatus;
    });
}
