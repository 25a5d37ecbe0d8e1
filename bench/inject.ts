import { ReloadPolicy } from '../crds/reload-policy.ts';
import { inject, type Pod } from '../operator/inject/inject.ts';
import { largePod } from './large-pod.ts';
import { median, p99 } from './median.ts';
import type { Findings } from './table.ts';

const POLICIES = 1_000;
const ROUNDS = 2_000;
const PROMISED_MS = 10;
const OPTIONS = { image: 'localhost/fleet-reload-sidecar:dev', operator: 'fleet-reload.fleet-reload-system.svc:8443' };

/** How long injection decides about one pod, in a namespace of 1,000 policies: the webhook reads and writes JSON besides. */
export function injectBench(): Findings {
  const policies = Array.from({ length: POLICIES }, (_, i) => aPolicy(i));
  const pods: Readonly<Record<string, Pod>> = {
    'a large pod, of the last policy': largePod(`app-${POLICIES - 1}`),
    'the same, injected before': injected(largePod(`app-${POLICIES - 1}`), policies),
    'the same, refused by its last container': refused(largePod(`app-${POLICIES - 1}`)),
    'a pod that no policy selects': largePod('nobody'),
  };
  const rows = Object.entries(pods).map(([name, pod]) => {
    const times = timesOf(() => inject(pod, policies, OPTIONS));
    return [name, times.length, inject(pod, policies, OPTIONS).kind, median(times).toFixed(2), p99(times).toFixed(2)];
  });
  const bytes = JSON.stringify(largePod('app-1')).length;
  const says = `\`inject()\` with ${POLICIES.toLocaleString('en')} policies in the namespace, a pod of 30 containers and 40 volumes (${Math.round(bytes / 1000)} kB of JSON), in ms by the clock. Promised, together with the webhook: ${PROMISED_MS} ms.`;
  return {
    tables: [{ title: 'Injection', says, columns: ['pod', 'rounds', 'answer', 'median', 'p99'], rows }],
    broken: [],
  };
}

function timesOf(run: () => unknown): readonly number[] {
  for (let i = 0; i < 100; i++) run();
  return Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
}

function aPolicy(i: number): ReloadPolicy {
  const day = String(1 + (i % 28)).padStart(2, '0');
  return ReloadPolicy.parse({
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name: `app-${i}`, namespace: 'shop', uid: `uid-${i}`, resourceVersion: '1', creationTimestamp: `2026-01-${day}T00:00:00Z` },
    spec: {
      sources: Array.from({ length: 16 }, (_, s) => ({ configMap: { name: `config-${s}` } })),
      targets: {
        selector: {
          matchLabels: { app: `app-${i}` },
          matchExpressions: [{ key: 'tier', operator: 'NotIn', values: ['test', 'stage'] }],
        },
      },
      handle: { signal: { container: 'app-0', process: 'nginx' } },
    },
  });
}

function injected(pod: Pod, policies: readonly ReloadPolicy[]): Pod {
  const injection = inject(pod, policies, OPTIONS);
  if (injection.kind !== 'injected') throw new Error(`the large pod is not injected: ${injection.because}`);
  return injection.pod;
}

function refused({ spec, ...pod }: Pod): Pod {
  const last = { name: 'last', envFrom: [{ configMapRef: { name: 'config-15' } }] };
  return { ...pod, spec: { ...spec, containers: [...spec.containers, last] } };
}
