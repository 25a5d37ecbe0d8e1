import { QUARANTINED_MAX, ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { plan } from '../operator/plan/plan.ts';
import type { Plan, WaveRecord } from '../operator/plan/situation.ts';
import { statusOf } from '../operator/status.ts';
import { aFleet, aPolicy, askedMembers, type FakeFleet, join, pass, refuse, situationOf } from '../test/support/fake-fleet.ts';
import type { Findings } from './table.ts';

const MEMBERS = 10_000;
const PROMISED_BYTES = 16 * 1024;
const STABLE = '000000000000000a';
const CANDIDATE = '000000000000000b';

type Case = { readonly name: string; readonly member: number; readonly source: number; readonly reason: string };

/** All 10,000 members refuse: what of it is written to the policy's status. */
export function statusBench(): Findings {
  const cases: readonly Case[] = [
    { name: 'names and reasons as usual', member: 40, source: 20, reason: 'unknown key "timeot" in line 12' },
    { name: 'pod names of 253, reasons of 500', member: 253, source: 20, reason: 'x'.repeat(500) },
    { name: 'and source names of 253', member: 253, source: 253, reason: 'x'.repeat(500) },
    { name: 'and reasons in three-byte characters', member: 253, source: 253, reason: '語'.repeat(500) },
    { name: 'and reasons that JSON writes as \\u0001', member: 253, source: 253, reason: '\u0001'.repeat(500) },
  ];
  const measured = cases.map((given) => ({ given, ...bytesOf(given) }));
  const says = `${MEMBERS} members that all refused, 16 sources, 16 waves, ${QUARANTINED_MAX} revisions in quarantine. Promised: under ${PROMISED_BYTES} bytes.`;
  return {
    tables: [
      {
        title: 'Status',
        says,
        columns: ['case', 'status bytes', 'of it offenders', 'quarantined', 'revisions, sources', 'policy bytes'],
        rows: measured.map(({ given, status, offenders, quarantined, sources, policy }) => [
          given.name,
          status,
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

function bytesOf({ member, source, reason }: Case) {
  const fleet = refusedBy((i) => `${i}`.padStart(member, 'p'), reason);
  const names = Array.from({ length: 16 }, (_, i) => `${i}`.padStart(source, 's'));
  const facts = factsOf(fleet, plan(situationOf(fleet)), names, reason);
  const status = ReloadPolicyStatus.parse(statusOf(facts, undefined));
  if (status.members?.refused !== MEMBERS || status.offenders?.length === 0) throw new Error('the members did not all refuse');
  const spec = { sources: names.map((name) => ({ configMap: { name } })), ...fleet.policy };
  return {
    status: size(status),
    offenders: size(status.offenders),
    quarantined: size(status.quarantined),
    sources: size(status.revisions) + size(status.observedSources),
    policy: size({ apiVersion: 'fleetreload.dev/v1alpha1', kind: 'ReloadPolicy', metadata: { name: 'n'.repeat(63) }, spec, status }),
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

function factsOf(fleet: FakeFleet, planned: Plan, names: readonly string[], reason: string): Parameters<typeof statusOf>[0] {
  const at = 1_790_000_000_000;
  const waves = Array.from({ length: 16 }, (_, i): WaveRecord => {
    return { upTo: `${i + 10}%`, openedAt: at, passedAt: at, members: MEMBERS, approvedBy: 'u'.repeat(100) };
  });
  const quarantined = Array.from({ length: QUARANTINED_MAX }, (_, i) => {
    return { revision: i.toString(16).padStart(16, '0'), at, because: `${'p'.repeat(63)} refused: ${reason}`, rollout: 1000 + i };
  });
  const sources = names.map((name) => ({ kind: 'ConfigMap' as const, name, digest: '3f2a9c01d2e4b6a8' }));
  return {
    progress: { ...planned.progress, candidate: CANDIDATE, waves, quarantined, startedAt: at, bakeStartedAt: at, because: reason },
    assignments: situationOf(fleet).fleet.map(({ uid, name }) => ({ uid, member: name, revision: CANDIDATE, attempt: '1.1' })),
    generation: 1000,
    epoch: 1000,
    wakeAt: at,
    revisions: [STABLE, CANDIDATE].map((name) => ({ name, sources })),
    observed: names.map((name) => ({ kind: 'ConfigMap', name, resourceVersion: '123456789012' })),
    fleet: situationOf(fleet).fleet,
    now: at,
  };
}

function size(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
