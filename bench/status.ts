import { LISTED_BECAUSE_MAX } from '../crds/because.ts';
import { QUARANTINED_MAX, ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { BY_MAX } from '../crds/verb.ts';
import { bytesOf } from '../operator/fit.ts';
import { plan } from '../operator/plan/plan.ts';
import type { Heard, Plan, Progress, WaveRecord } from '../operator/plan/situation.ts';
import { statusOf } from '../operator/status.ts';
import { aFleet, aPolicy, askedMembers, type FakeFleet, join, pass, refuse, situationOf } from '../test/support/fake-fleet.ts';
import type { Findings } from './table.ts';

const MEMBERS = 10_000;
const PROMISED_BYTES = 16 * 1024;
const STABLE = '000000000000000a';
const CANDIDATE = '000000000000000b';

/** `full`: 16 waves, 16 gates, every verb said and refused, and as many revisions in quarantine as are kept, each with such a reason. */
type Case = { readonly name: string; readonly member: number; readonly source: number; readonly reason: string; readonly full: boolean };

/** All 10,000 members refuse: what of it is written to the policy's status. */
export function statusBench(): Findings {
  const usual = { member: 40, source: 20, reason: 'unknown key "timeot" in line 12', full: false };
  const long = { ...usual, member: 253, reason: 'x'.repeat(500) };
  const full = { ...long, full: true };
  const longest = { ...full, source: 253 };
  const cases: readonly Case[] = [
    { name: 'names and reasons as usual', ...usual },
    { name: 'pod names of 253, reasons of 500', ...long },
    { name: '… in three-byte characters', ...long, reason: '語'.repeat(500) },
    { name: '… with 16 waves, gates, verbs, quarantine', ...full },
    { name: '… with source names of 253', ...longest },
    { name: '… in three-byte characters', ...longest, reason: '語'.repeat(500) },
    { name: '… in characters that JSON escapes', ...longest, reason: '\u0001'.repeat(500) },
  ];
  const measured = cases.map((given) => ({ given, ...sizesOf(given) }));
  const says = `${MEMBERS} members that all refused, 16 sources; the rows with … add to the row above. Promised: under ${PROMISED_BYTES} bytes.`;
  return {
    tables: [
      {
        title: 'Status',
        says,
        columns: ['case', 'status bytes', 'offenders listed', 'their bytes', 'quarantined', 'revisions, sources', 'policy bytes'],
        rows: measured.map(({ given, status, listed, offenders, quarantined, sources, policy }) => [
          given.name,
          status,
          listed,
          offenders,
          quarantined,
          sources,
          policy,
        ]),
      },
    ],
    broken: measured
      .filter(({ status }) => status >= PROMISED_BYTES)
      .map(({ given, status }) => `status of ${status} bytes (${given.name}); promised are fewer than ${PROMISED_BYTES}`),
  };
}

function sizesOf({ member, source, reason, full }: Case) {
  const fleet = refusedBy((i) => `${i}`.padStart(member, 'p'), reason);
  const names = Array.from({ length: 16 }, (_, i) => `${i}`.padStart(source, 's'));
  const shown = factsOf(fleet, plan(situationOf(fleet)), names);
  const facts = full ? { ...shown, ...fullOf(shown.progress, reason) } : { ...shown, progress: { ...shown.progress, because: reason } };
  const status = ReloadPolicyStatus.parse(statusOf(facts, undefined));
  if (status.members?.refused !== MEMBERS) throw new Error('the members did not all refuse');
  const spec = { sources: names.map((name) => ({ configMap: { name } })), ...fleet.policy };
  return {
    status: bytesOf(status),
    listed: status.offenders?.length ?? 0,
    offenders: bytesOf(status.offenders),
    quarantined: bytesOf(status.quarantined),
    sources: bytesOf(status.revisions) + bytesOf(status.observedSources),
    policy: bytesOf({ apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', metadata: { name: 'n'.repeat(63) }, spec, status }),
  };
}

/** They may all fail, and do: the rollout is not rolled back, so that they are all counted. */
function refusedBy(nameOf: (index: number) => string, reason: string): FakeFleet {
  const fleet = aFleet(0, aPolicy({ maxFailures: '100%', waves: [{ upTo: '100%', bakeMs: 30_000, approval: false, spread: null }] }));
  fleet.source = { kind: 'present', revision: STABLE };
  pass(fleet);
  for (let i = 0; i < MEMBERS; i++) join(fleet, nameOf(i));
  pass(fleet);
  fleet.source = { kind: 'present', revision: CANDIDATE };
  for (let i = 0; i < 3; i++) pass(fleet);
  for (const member of askedMembers(fleet)) refuse(fleet, member, reason);
  return fleet;
}

type Facts = Parameters<typeof statusOf>[0];
const AT = 1_790_000_000_000;

function factsOf(fleet: FakeFleet, planned: Plan, names: readonly string[]): Facts {
  const sources = names.map((name) => ({ kind: 'ConfigMap' as const, name, digest: '3f2a9c01d2e4b6a8' }));
  const { fleet: members } = situationOf(fleet);
  return {
    progress: { ...planned.progress, candidate: CANDIDATE },
    assignments: members.map(({ uid, name }) => ({ uid, member: name, revision: CANDIDATE, attempt: '1.1' })),
    generation: 1000,
    epoch: 1000,
    wakeAt: AT,
    revisions: [STABLE, CANDIDATE].map((name) => ({ name, sources })),
    observed: names.map((name) => ({ kind: 'ConfigMap', name, resourceVersion: '123456789012' })),
    fleet: members,
    now: AT,
  };
}

/** All that people may say and gates may answer, at its longest. */
function fullOf(progress: Progress, reason: string): Pick<Facts, 'progress' | 'gates'> {
  const waves = Array.from({ length: 16 }, (_, i): WaveRecord => {
    return { upTo: `${i + 10}%`, openedAt: AT, passedAt: AT, members: MEMBERS, approvedBy: 'u'.repeat(BY_MAX) };
  });
  const quarantined = Array.from({ length: QUARANTINED_MAX }, (_, i) => {
    return { revision: i.toString(16).padStart(16, '0'), at: AT, because: reason, rollout: 1000 + i };
  });
  const heard = (['abort', 'pause', 'promote', 'approve'] as const).map((verb): Heard => {
    return { verb, by: 'u'.repeat(BY_MAX), reason: reason.slice(0, LISTED_BECAUSE_MAX), wave: 2, at: AT, refused: reason };
  });
  const times = { startedAt: AT, bakeStartedAt: AT, progressedAt: AT };
  return {
    progress: { ...progress, waves, quarantined, heard, ...times, because: reason, why: reason, failed: reason },
    gates: Array.from({ length: 16 }, (_, i) => ({ gate: `gate-${i}`, kind: 'fail', because: reason })),
  };
}
