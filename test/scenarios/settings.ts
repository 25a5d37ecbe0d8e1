import type { Gate, Measurement, Policy, Request, Share, Verbs } from '../../operator/plan/situation.ts';

export const NOTHING_SAID: Verbs = { abort: null, pause: null, promote: null, approve: null };

/** Such as `waves=1,50%,100% bake=30s retries=1 maxUnavailable=2 paused=true`. */
export function policyOf(settings: readonly string[], before: Policy): Policy {
  return settings.reduce((policy, setting) => {
    const [key = '', value = ''] = setting.split('=');
    return { ...policy, ...changed(policy, key, value) };
  }, before);
}

function changed(policy: Policy, key: string, value: string): Partial<Policy> {
  const { waves, trigger } = policy;
  const ms = Number.parseFloat(value) * 1000;
  switch (key) {
    case 'waves':
      return {
        waves: value.split(',').map((upTo) => ({ upTo: shareOf(upTo), bakeMs: waves[0]?.bakeMs ?? 0, approval: false, spread: null })),
      };
    case 'bake':
      return { waves: waves.map((wave) => ({ ...wave, bakeMs: ms })) };
    case 'bakes':
      return { waves: waves.map((wave, i) => ({ ...wave, bakeMs: Number.parseFloat(value.split(',')[i] ?? '') * 1000 })) };
    case 'approval':
      return { waves: waves.map((wave, i) => ({ ...wave, approval: value.split(',').includes(String(i + 1)) })) };
    case 'spread':
      return { waves: waves.map((wave) => ({ ...wave, spread: value })) };
    case 'timeout':
      return { timeoutMs: ms };
    case 'deadline':
      return { deadlineMs: ms };
    case 'quiet':
      return { trigger: { ...trigger, quietMs: ms } };
    case 'maxWait':
      return { trigger: { ...trigger, maxWaitMs: ms } };
    case 'minInterval':
      return { trigger: { ...trigger, minIntervalMs: ms } };
    case 'retries':
      return { retries: Number(value) };
    case 'restarts':
      return { restarts: Number(value) };
    case 'maxUnavailable':
      return { maxUnavailable: shareOf(value) };
    case 'maxFailures':
      return { maxFailures: shareOf(value) };
    case 'onFailure':
      return { onFailure: value as Policy['onFailure'] };
    case 'onNewRevision':
      return { onNewRevision: value as Policy['onNewRevision'] };
    case 'paused':
      return { paused: value === 'true' };
    default:
      throw new Error(`unknown setting: ${key}`);
  }
}

/** Such as `metrics errors max=0.01 failures=2 noData=Fail dryRun control`, `http health failures=2`, or `job`. */
export function gateOf([kind = '', name = 'job', ...settings]: readonly string[]): Gate {
  const given = new Map(settings.map((it) => [it.split('=')[0] ?? '', it.split('=')[1]] as const));
  const number = (key: string) => (given.has(key) ? Number(given.get(key)) : null);
  const failures = number('failures') ?? 1;
  switch (kind) {
    case 'metrics':
      return {
        kind,
        name,
        failures,
        min: number('min'),
        max: number('max'),
        noData: (given.get('noData') ?? 'Pause') as 'Pause' | 'Fail' | 'Pass',
        dryRun: given.has('dryRun'),
        comparesControl: given.has('control'),
      };
    case 'http':
      return { kind, name, failures };
    case 'job':
      return { kind, name };
    default:
      throw new Error(`unknown gate: ${kind}`);
  }
}

/** Such as `values 0.1 0.2`, `answers pod-1 pod-2=500`, `job failed no such host`, `unknown no answer`, `mistake no such Secret`. */
export function measurementOf(kind: string, words: readonly string[], at: number): Measurement {
  switch (kind) {
    case 'values':
      return { kind, at, values: words.map(Number) };
    case 'answers': {
      const answers = words.map((word) => word.split('='));
      const wrong = answers.flatMap(([member = '', status]) =>
        status === undefined ? [] : [{ member, because: `${member} answered ${status}` }],
      );
      return { kind, at, asked: answers.map(([member = '']) => member), wrong };
    }
    case 'job':
      return { kind, at, state: words[0] as 'running' | 'succeeded' | 'failed', words: words.slice(1).join(' ') };
    case 'unknown':
    case 'mistake':
      return { kind: 'unknown', at, because: words.join(' '), mistake: kind === 'mistake' };
    default:
      throw new Error(`unknown measurement: ${kind}`);
  }
}

/** Such as `retry web-1 rollout=1 by=alice the upstream is back`, `goTo web-undo-x r1 by=bob r2 is slow`; `missing`: nobody keeps it. */
export function requestOf([kind = '', reload = '', what = '', ...words]: readonly string[]): Request {
  const by = words.find((word) => word.startsWith('by='))?.slice(3) ?? 'alice';
  const reason = words.filter((word) => !word.startsWith('by=') && word !== 'missing').join(' ');
  const missing = words.includes('missing') ? `${what} is not kept` : null;
  if (kind === 'retry') return { reload, kind, revision: '', rollout: Number(what.slice('rollout='.length)), by, reason, missing };
  if (kind === 'goTo') return { reload, kind, revision: what, rollout: null, by, reason, missing };
  throw new Error(`unknown request: ${kind}`);
}

function shareOf(text: string): Share {
  return text.endsWith('%') ? (text as Share) : Number(text);
}
