import { readFileSync } from 'node:fs';
import type { Container, Mount, Pod } from '../../operator/inject/pod.ts';
import { shownBy } from '../../operator/inject/filled.ts';
import type { Shape } from '../../operator/inject/testing/shapes.ts';
import { INJECT } from './plain-fleet.ts';

const APP = readFileSync(`${import.meta.dirname}/reading-app.ts`, 'utf8');

type App = Container & { readonly image: string; readonly command: readonly string[] };
type RunnablePod = Pod & { readonly spec: { readonly terminationGracePeriodSeconds: number } };

/** A golden shape's pod that runs: each of its containers is an app that shows what it reads, and all else is as it stands there. */
export function runnable({ pod, policy }: Shape): RunnablePod {
  const { spec } = pod;
  const { signal, http, verify } = policy.spec.handle;
  const port = http?.port ?? verify?.http?.port;
  const isTold = ({ name }: Container) => (signal ? name === signal.container : name === spec.containers[0]?.name);
  const reading = (container: Container): App => {
    const asked = {
      mounts: mountsOf(container, pod),
      isGrouped: spec.securityContext?.fsGroup !== undefined,
      endsAtOnce: readsOnce(pod, container.name),
      ...(isTold(container) && (signal ? { title: signal.process } : { port })),
    };
    const command = ['/usr/bin/node', '--input-type=module-typescript', '-e', APP, JSON.stringify(asked)];
    return { ...container, image: 'localhost/node:24', command };
  };
  return {
    ...pod,
    spec: {
      ...spec,
      terminationGracePeriodSeconds: 1,
      ...(spec.initContainers && { initContainers: spec.initContainers.map(reading) }),
      containers: spec.containers.map(reading),
    },
  };
}

/** As somebody makes it who wants it injected. */
export function asked({ metadata, spec }: Pod, name: string): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name, labels: { ...metadata?.labels, ...INJECT } }, spec };
}

/** As somebody makes it who knows nothing of us. */
export function twin({ spec }: Pod, name: string): object {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec };
}

/** The container that is told of an edit; null where the app watches its files. */
export function toldIn({ pod: { spec }, policy }: Shape): string | null {
  const { signal, http } = policy.spec.handle;
  return signal?.container ?? (http ? (spec.containers[0]?.name ?? null) : null);
}

/** Whether that container reads its files once and ends, and so sees no edit. */
export function readsOnce({ spec }: Pod, container: string): boolean {
  const init = spec.initContainers?.find(({ name }) => name === container);
  return init ? init.restartPolicy !== 'Always' : (spec as { readonly restartPolicy?: string }).restartPolicy === 'Never';
}

/** Where a container has what a ConfigMap or a Secret shows. */
function mountsOf({ volumeMounts = [] }: Container, { spec }: Pod): readonly string[] {
  const shows = ({ name }: Mount) => (spec.volumes ?? []).some((volume) => volume.name === name && shownBy(volume).length > 0);
  return volumeMounts.filter(shows).map(({ mountPath }) => mountPath);
}
