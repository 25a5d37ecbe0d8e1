/** A series a minute, as promtool writes it: `1x60` is 1 for an hour, `0+5x60` rises by 5 each minute. The clock begins at 0. */
export type Series = Readonly<Record<string, string>>;

export type Case = {
  readonly alert: string;
  readonly when: string;
  readonly series: Series;
  readonly at: string;
  /** Null: it stays silent. */
  readonly fires: { readonly labels: Readonly<Record<string, string>>; readonly says: string } | null;
};

const WEB = { namespace: 'shop', policy: 'web' };
const web = (labels: string) => `{job="fleet-reload-metrics",namespace="shop",policy="web"${labels && `,${labels}`}}`;
const phase = (phase: string, outcome = '') => `policy_phase${web(`phase="${phase}",outcome="${outcome}"`)}`;
const skew = `config_skew_seconds${web('')}`;
const step = `rollout_step_timestamp_seconds${web('')}`;
const members = (state: string) => `fleet_members${web(`state="${state}"`)}`;
const of = (name: string, labels: string) => `${name}{job="fleet-reload-metrics",${labels}}`;
const serving = 'certificate="serving",pod="operator-0"';

export const CASES: readonly Case[] = [
  {
    alert: 'FleetReloadStuck',
    when: 'nothing has moved for 40 minutes',
    series: { [step]: '0x60', [phase('Progressing')]: '1x60' },
    at: '40m',
    fires: { labels: WEB, says: 'web in shop has made no step for 40m 0s' },
  },
  {
    alert: 'FleetReloadStuck',
    when: 'a wave bakes for two hours',
    series: { [step]: '7200x60', [phase('Progressing')]: '1x60' },
    at: '60m',
    fires: null,
  },
  {
    alert: 'FleetReloadStuck',
    when: 'the last rollout ended long ago',
    series: { [step]: '0x60', [phase('Healthy', 'Succeeded')]: '1x60' },
    at: '60m',
    fires: null,
  },
  {
    alert: 'FleetReloadPaused',
    when: 'a rollout has waited for a person for more than a day',
    series: { [phase('Paused')]: '1x1500' },
    at: '25h',
    fires: { labels: WEB, says: 'web in shop has been Paused for a day' },
  },
  { alert: 'FleetReloadPaused', when: 'an edit waits for the night', series: { [phase('Paused')]: '1x600' }, at: '10h', fires: null },
  {
    alert: 'FleetReloadDegraded',
    when: 'a bad edit was rolled back',
    series: { [phase('Degraded', 'RolledBack')]: '1x10' },
    at: '5m',
    fires: { labels: WEB, says: 'web in shop is Degraded: it does not run what its sources say' },
  },
  {
    alert: 'FleetReloadDegraded',
    when: 'its windows cannot be understood, and an edit waits for that',
    series: { [phase('Degraded', 'Succeeded')]: '1x10' },
    at: '5m',
    fires: { labels: WEB, says: 'web in shop is Degraded: it does not run what its sources say' },
  },
  { alert: 'FleetReloadDegraded', when: 'a person aborted it', series: { [phase('Degraded', 'Aborted')]: '1x10' }, at: '5m', fires: null },
  {
    alert: 'FleetReloadRollbackFailed',
    when: 'members refused stable, too',
    series: { [phase('Degraded', 'RollbackFailed')]: '1x10' },
    at: '5m',
    fires: { labels: WEB, says: 'web in shop: members did not come back to stable' },
  },
  {
    alert: 'FleetReloadRollbackFailed',
    when: 'a fix is under way',
    series: { [phase('Degraded', 'RollbackFailed')]: '1x3 _x20', [phase('Progressing')]: '_x4 1x20' },
    at: '12m',
    fires: null,
  },
  {
    alert: 'FleetReloadSkew',
    when: 'a member has been left behind for more than an hour, and no rollout is under way',
    series: { [skew]: '0+60x100', [phase('Healthy', 'Succeeded')]: '1x100' },
    at: '70m',
    fires: { labels: WEB, says: 'members of web in shop have not all been on one revision for 1h 10m 0s' },
  },
  {
    alert: 'FleetReloadSkew',
    when: 'a rollout takes more than a day',
    series: { [skew]: '80000+60x200', [phase('Paused')]: '1x200' },
    at: '2h',
    fires: { labels: WEB, says: 'members of web in shop have not all been on one revision for 1d 0h 13m 20s' },
  },
  {
    alert: 'FleetReloadSkew',
    when: 'a rollout takes two hours',
    series: { [skew]: '0+60x120', [phase('Progressing')]: '1x120' },
    at: '2h',
    fires: null,
  },
  {
    alert: 'FleetReloadUnmanagedMembers',
    when: 'two pods came without the sidecar',
    series: { [members('total')]: '5x40', [members('managed')]: '3x40' },
    at: '30m',
    fires: { labels: WEB, says: '2 pods of web in shop have no sidecar, and get no edit' },
  },
  {
    alert: 'FleetReloadUnmanagedMembers',
    when: 'a pod without it was replaced soon',
    series: { [members('total')]: '5x12 4x30', [members('managed')]: '4x40' },
    at: '12m',
    fires: null,
  },
  {
    alert: 'FleetReloadCertificateExpires',
    when: 'of eight hours one is left',
    series: {
      [of('certificate_start_timestamp_seconds', serving)]: '0x500',
      [of('certificate_expiry_timestamp_seconds', serving)]: '28800x500',
    },
    at: '7h',
    fires: {
      labels: { job: 'fleet-reload-metrics', certificate: 'serving', pod: 'operator-0' },
      says: 'the serving certificate of operator-0 expires in 1h 0m 0s',
    },
  },
  {
    alert: 'FleetReloadCertificateExpires',
    when: 'of eight hours three are left, and it is about to be renewed',
    series: {
      [of('certificate_start_timestamp_seconds', serving)]: '0x500',
      [of('certificate_expiry_timestamp_seconds', serving)]: '28800x500',
    },
    at: '5h',
    fires: null,
  },
  {
    alert: 'FleetReloadCertificateExpires',
    when: 'of a CA of ten years two are left',
    series: {
      [of('certificate_start_timestamp_seconds', 'certificate="ca",pod="operator-0"')]: '-252288000x60',
      [of('certificate_expiry_timestamp_seconds', 'certificate="ca",pod="operator-0"')]: '63072000x60',
    },
    at: '1h',
    fires: null,
  },
  {
    alert: 'FleetReloadNoLeader',
    when: 'both replicas follow',
    series: { [of('leader', 'pod="a"')]: '0x10', [of('leader', 'pod="b"')]: '0x10' },
    at: '5m',
    fires: { labels: {}, says: 'no replica of the operator leads: apps run on, and no edit goes out' },
  },
  {
    alert: 'FleetReloadNoLeader',
    when: 'nobody is scraped',
    series: { up: '1x10' },
    at: '5m',
    fires: { labels: {}, says: 'no replica of the operator leads: apps run on, and no edit goes out' },
  },
  {
    alert: 'FleetReloadNoLeader',
    when: 'the other replica takes over within a minute',
    series: { [of('leader', 'pod="a"')]: '1x5 0x10', [of('leader', 'pod="b"')]: '0x6 1x10' },
    at: '9m',
    fires: null,
  },
  {
    alert: 'FleetReloadLinkRefusals',
    when: 'a pod dials each minute with a token that is not valid',
    series: { [of('link_refused_total', 'reason="invalid_token"')]: '0+1x60' },
    at: '30m',
    fires: { labels: { reason: 'invalid_token' }, says: '15 dials were refused within 15 minutes: invalid_token' },
  },
  {
    alert: 'FleetReloadLinkRefusals',
    when: 'sidecars dial a replica that does not lead, and then the one that does',
    series: { [of('link_refused_total', 'reason="not_leader"')]: '0+10x60' },
    at: '30m',
    fires: null,
  },
  {
    alert: 'FleetReloadWatchFails',
    when: 'a list fails for minutes',
    series: { [of('watch_failing', 'pod="a",resource="pods"')]: '1x20', [of('watch_failing', 'pod="b",resource="pods"')]: '0x20' },
    at: '10m',
    fires: { labels: { resource: 'pods' }, says: 'the operator does not hear of pods: what it decides may be out of date' },
  },
  {
    alert: 'FleetReloadWatchFails',
    when: 'a watch is silent for ten minutes, and nothing fails',
    series: { [of('watch_heard_timestamp_seconds', 'resource="pods"')]: '0x30', [of('watch_failing', 'resource="pods"')]: '0x30' },
    at: '12m',
    fires: { labels: { resource: 'pods' }, says: 'the operator does not hear of pods: what it decides may be out of date' },
  },
  {
    alert: 'FleetReloadWatchFails',
    when: 'watches are heard of',
    series: { [of('watch_heard_timestamp_seconds', 'resource="pods"')]: '0+60x30', [of('watch_failing', 'resource="pods"')]: '0x30' },
    at: '25m',
    fires: null,
  },
  {
    alert: 'FleetReloadPassesFail',
    when: 'two of three passes fail',
    series: { [of('passes_total', 'result="failed"')]: '0+10x60', [of('passes_total', 'result="done"')]: '0+5x60' },
    at: '30m',
    fires: { labels: {}, says: '66.67% of the passes over policies fail' },
  },
  {
    alert: 'FleetReloadPassesFail',
    when: 'one of eleven has a conflict',
    series: { [of('passes_total', 'result="failed"')]: '0+1x60', [of('passes_total', 'result="done"')]: '0+10x60' },
    at: '30m',
    fires: null,
  },
];
