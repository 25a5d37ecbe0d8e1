import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Share } from '../../crds/share.ts';

type Spec = ReloadPolicy['spec'];

/** Such as `waves=1,50%,100% bake=5s retries=1 approval=1,3 gates=metrics,job windows=10`. */
export function specOf(settings: readonly string[], before: Spec): Partial<Spec> {
  return settings.reduce<Spec>((spec, setting) => {
    const [key = '', value = ''] = setting.split('=');
    return { ...spec, ...changeOf(key, value, spec) };
  }, before);
}

function changeOf(key: string, value: string, { waves, handle, trigger, gates }: Spec): Partial<Spec> {
  switch (key) {
    case 'waves':
      return { waves: value.split(',').map((upTo) => ({ upTo: shareOf(upTo), bake: waves[0]?.bake ?? '5s' })) };
    case 'bake':
      return { waves: waves.map((wave) => ({ ...wave, bake: value })) };
    case 'approval': {
      const numbers = value.split(',').map(Number);
      return { waves: waves.map((wave, i) => ({ ...wave, approval: numbers.includes(i + 1) ? 'Required' : undefined })) };
    }
    case 'spread':
      return { waves: waves.map((wave) => ({ ...wave, spread: value === 'no' ? undefined : 'topology.kubernetes.io/zone' })) };
    case 'timeout':
      return { handle: { ...handle, timeout: value } };
    case 'retries':
      return { handle: { ...handle, retries: Number(value) } };
    case 'handle':
      return { handle: { timeout: handle.timeout, retries: handle.retries, ...HANDLES[value] } };
    case 'verify':
      if (handle.fileWatch) return {};
      return { handle: { ...handle, verify: value === 'no' ? undefined : { workers: 'Renewed' } } };
    case 'restarts':
      return { gates: { ...gates, readiness: { restarts: Number(value) } } };
    case 'maxUnavailable':
      return { maxUnavailable: shareOf(value) };
    case 'maxFailures':
      return { maxFailures: shareOf(value) };
    case 'paused':
      return { paused: value === 'yes' };
    case 'quiet':
    case 'maxWait':
    case 'minInterval':
      return { trigger: { ...trigger, [key]: value } };
    case 'deadline':
      return { deadline: value };
    case 'onFailure':
      return { onFailure: value as Spec['onFailure'] };
    case 'onNewRevision':
      return { onNewRevision: value as Spec['onNewRevision'] };
    case 'history':
      return { revisionHistoryLimit: Number(value) };
    case 'windows':
      // For half of the time.
      return { windows: value === 'no' ? undefined : [{ cron: `*/${value} * * * *`, duration: `${Number(value) / 2}m`, timeZone: 'UTC' }] };
    case 'gates':
      return { gates: { readiness: gates.readiness, ...gatesOf(value.split(',')) } };
  }
  throw new Error(`unknown setting: ${key}`);
}

const HANDLES: Readonly<Record<string, Pick<Spec['handle'], 'signal' | 'fileWatch' | 'verify'>>> = {
  signal: { signal: { signal: 'SIGHUP', process: 'nginx' }, verify: { workers: 'Renewed' } },
  fileWatch: { fileWatch: {}, verify: { http: { port: 8080, path: '/version', equals: { revision: 'Name' } } } },
};

/** Of `metrics`, `http`, `job`, and what becomes of the first one: `nodata-Fail`, `twice`, `dry`, `control`. */
function gatesOf(words: readonly string[]): Partial<Spec['gates']> {
  const has = (word: string) => words.includes(word);
  const failures = has('twice') ? 2 : 1;
  const noData = (['Fail', 'Pass'] as const).find((it) => has(`nodata-${it}`)) ?? 'Pause';
  const prometheus = { address: 'http://prometheus:9090', query: has('control') ? 'a{{canary}} - a{{control}}' : 'a' };
  return {
    ...(has('metrics') && { metrics: [{ name: 'errors', prometheus, max: 1, interval: '5s', failures, noData, dryRun: has('dry') }] }),
    ...(has('http') && { http: [{ name: 'health', port: 80, path: '/', scheme: 'HTTP' as const, interval: '5s', failures }] }),
    ...(has('job') && { job: { template: { spec: {} }, timeout: '10m' } }),
  };
}

function shareOf(text: string): Share {
  return text.endsWith('%') ? (text as Share) : Number(text);
}
