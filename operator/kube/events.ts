import type { Kube } from './client.ts';
import { pathOf } from './paths.ts';

export type Event = { readonly type: 'Normal' | 'Warning'; readonly reason: string; readonly message: string };

type Regarding = {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
};

/** Few, for people: never one a pod. */
export async function emit(
  kube: Pick<Kube, 'create'>,
  { apiVersion, kind, metadata }: Regarding,
  event: Event,
  now: number,
  reporter: string,
): Promise<void> {
  const { name, namespace, uid } = metadata;
  const at = new Date(now).toISOString();
  await kube.create(pathOf({ apiVersion: 'v1', plural: 'events' }, { namespace }), {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { generateName: `${name.slice(0, 200)}.` },
    involvedObject: { apiVersion, kind, name, namespace, uid },
    type: event.type,
    reason: event.reason,
    message: event.message.slice(0, 1000),
    source: { component: 'fleet-reload' },
    reportingComponent: 'fleetreload.dev/operator',
    reportingInstance: reporter,
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  });
}
