import type { Reload } from '../../crds/reload.ts';
import { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { ReloadPolicyStatus } from '../../crds/reload-policy-status.ts';

export const NOW = Date.parse('2026-11-02T10:45:00Z');
export const STABLE = '3f2a9c01d2e4b6a8';
export const CANDIDATE = '9c01d2e4b6a83f2a';

/** A policy of three waves, as the API server gives it. */
export function aPolicy(status: ReloadPolicyStatus, name = 'web', spec: object = {}): ReloadPolicy {
  return ReloadPolicy.parse({
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name, namespace: 'shop', uid: name, resourceVersion: '1', generation: 1, creationTimestamp: '2026-11-02T07:40:00Z' },
    spec: {
      sources: [{ configMap: { name: 'web-config' } }],
      targets: { selector: { matchLabels: { app: 'web' } } },
      handle: { signal: { process: 'nginx', container: 'nginx' } },
      waves: [{ upTo: 1, bake: '2s' }, { upTo: '50%', approval: 'Required' }, { upTo: '100%' }],
      ...spec,
    },
    status,
  });
}

export const counts = { total: 5, managed: 4, connected: 4, assigned: 4, applied: 4, confirmed: 4, refused: 0, ready: 5 };

/** Nothing to do, and nothing was ever rolled out. */
export const healthy: ReloadPolicyStatus = {
  phase: 'Healthy',
  because: 'every member is on stable',
  stableRevision: STABLE,
  rollout: 0,
  members: counts,
};

/** Rollout 7: its canary has passed, and two members are in the second wave. */
export const rolling: ReloadPolicyStatus = {
  phase: 'Progressing',
  because: 'wave 2 of 3 bakes',
  stableRevision: STABLE,
  candidateRevision: CANDIDATE,
  rollout: 7,
  wave: 2,
  why: 'the sources changed',
  waves: [
    { upTo: '1', members: 1, openedAt: '2026-11-02T10:42:00Z', passedAt: '2026-11-02T10:42:04Z' },
    { upTo: '50%', members: 2, openedAt: '2026-11-02T10:43:00Z', approvedBy: 'alice' },
  ],
  members: { ...counts, assigned: 2, applied: 1, confirmed: 1, refused: 1 },
  offenders: [{ member: 'web-b', because: `refused ${CANDIDATE}: nginx master 7 kept its workers 12, 13 for 3s after SIGHUP` }],
};

export function aReload(rollout: number, spec: Partial<Reload['spec']> = {}, status: NonNullable<Reload['status']> = {}): Reload {
  return {
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'Reload',
    metadata: {
      name: `web-${rollout}`,
      namespace: 'shop',
      uid: String(rollout),
      resourceVersion: '1',
      creationTimestamp: '2026-11-02T10:42:00Z',
    },
    spec: {
      policy: 'web',
      rollout,
      revision: CANDIDATE,
      from: STABLE,
      changedBy: 'kubectl-client-side-apply',
      because: 'the sources changed',
      ...spec,
    },
    status,
  };
}
