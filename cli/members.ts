import { text } from 'node:stream/consumers';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import type { Kube } from '../operator/kube/client.ts';
import { pathOf } from '../operator/kube/paths.ts';
import { type Pod, type RawPod, SIDECAR_CONTAINER, stripPod } from '../operator/kube/pods.ts';
import { matches } from '../operator/kube/selector.ts';
import type { Cluster } from './cluster.ts';
import { sentenceOf } from './sentence.ts';
import { type Words, wordsIn } from './words.ts';

export type Member = {
  readonly name: string;
  readonly ready: boolean;
  readonly managed: boolean;
  /** What its sidecar said; a sentence where its log cannot be read, null where it was not. */
  readonly words: Words | string | null;
};

/** More logs are not read: a request each. Of the others the policy's status names those that refused. */
const LOGS_MAX = 50;
const LINES = 200;
const BYTES = 256 * 1024;

/** The pods that the policy selects and that are not on their way out, by name. */
export async function podsOf({ kube }: Cluster, { metadata: { namespace }, spec }: ReloadPolicy): Promise<readonly Pod[]> {
  const { matchLabels = {} } = spec.targets.selector;
  const labelSelector = Object.entries(matchLabels)
    .map(([key, value]) => `${key}=${value}`)
    .join(',');
  const { items } = await kube.list<RawPod>(pathOf(PODS, { namespace }), { query: { labelSelector } });
  return items
    .map((pod) => stripPod(pod))
    .filter(({ labels, phase, terminating }) => matches(spec.targets.selector, labels) && phase !== 'ended' && !terminating)
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

/** The same, with what their sidecars say. */
export async function membersOf(cluster: Cluster, policy: ReloadPolicy): Promise<readonly Member[]> {
  const pods = await podsOf(cluster, policy);
  const read = new Set(
    pods
      .filter(({ managed }) => managed)
      .slice(0, LOGS_MAX)
      .map(({ name }) => name),
  );
  return await Promise.all(
    pods.map(async (pod) => ({
      name: pod.name,
      managed: pod.managed,
      ready: isReady(pod),
      words: read.has(pod.name) ? await wordsOf(cluster.kube, policy.metadata.namespace, pod.name) : null,
    })),
  );
}

export function isReady({ unreadySince, containers }: Pod): boolean {
  return unreadySince === null && containers.length > 0 && containers.every(({ ready }) => ready);
}

const PODS = { apiVersion: 'v1', plural: 'pods' };

/** A sentence where its log cannot be read. */
export async function wordsOf(kube: Kube, namespace: string, name: string): Promise<Words | string> {
  const query = { watch: undefined, container: SIDECAR_CONTAINER, tailLines: LINES, limitBytes: BYTES };
  try {
    // A log is a stream of lines, as a watch is.
    const log = await kube.watch(pathOf(PODS, { namespace, name, subresource: 'log' }), { query, signal: AbortSignal.timeout(10_000) });
    return wordsIn(await text(log));
  } catch (error) {
    return sentenceOf(error);
  }
}
