import { ReloadPolicy } from '../../../crds/reload-policy.ts';
import type { Bake } from '../gate.ts';

/* For the tests of this folder: a policy with gates, and the bake of one of its waves. */

type Given = {
  readonly gates?: object;
  readonly sources?: readonly object[];
  readonly measure?: Partial<Bake['measure']>;
  readonly metadata?: object;
};

export const SINCE = Date.parse('2026-11-24T12:00:00Z');

/** Rollout 3 of shop/web bakes its first wave: web-1 and web-2 have c2, web-3 has stable. */
export function aBake({ gates = {}, sources = [{ configMap: { name: 'app' } }], measure = {}, metadata = {} }: Given = {}): Bake {
  return {
    policy: ReloadPolicy.parse({
      apiVersion: 'fleetreload.dev/v1alpha1',
      kind: 'ReloadPolicy',
      metadata: { name: 'web', namespace: 'shop', uid: 'policy-1', resourceVersion: '1', ...metadata },
      spec: {
        sources,
        targets: { selector: { matchLabels: { app: 'web' } } },
        handle: { signal: { signal: 'SIGHUP', process: 'nginx' } },
        gates,
      },
    }),
    measure: {
      rollout: 3,
      wave: 0,
      since: SINCE,
      candidate: 'c2c2c2c2c2c2c2c2',
      canary: ['uid-1', 'uid-2'],
      control: ['uid-3'],
      ...measure,
    },
  };
}

/** `uid-1` is the pod web-1; all of them have that address. */
export function podsAt(ip: string | null) {
  return (uid: string) => (uid.startsWith('uid-') ? { name: uid.replace('uid', 'web'), ip } : undefined);
}
