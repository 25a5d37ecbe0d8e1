import { cut } from '../../crds/because.ts';
import type { Kube } from '../kube/client.ts';
import { pathOf } from '../kube/paths.ts';
import type { Job } from './job-manifest.ts';
import { escaped } from './words.ts';

const LINES = 3;
const WORDS_MAX = 160;

type Pod = {
  readonly status?: { readonly initContainerStatuses?: readonly Status[]; readonly containerStatuses?: readonly Status[] };
};
type Status = { readonly name: string; readonly state?: { readonly terminated?: Terminated } };
type Terminated = { readonly exitCode: number; readonly reason?: string; readonly message?: string };

/** What a failed Job's container said last, from its pod's status, or how it ended; null where no pod is left that failed. */
export async function lastWordsOf(kube: Pick<Kube, 'list'>, { metadata }: Job, isQuoted: boolean): Promise<string | null> {
  const { items } = await kube.list<Pod>(pathOf({ apiVersion: 'v1', plural: 'pods' }, { namespace: metadata.namespace }), {
    query: { labelSelector: `batch.kubernetes.io/controller-uid=${metadata.uid}` },
  });
  const failed = items
    .flatMap(({ status }) => [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])])
    .flatMap(({ name, state }) => (state?.terminated && state.terminated.exitCode !== 0 ? [{ name, ...state.terminated }] : []))
    .at(-1);
  if (failed === undefined) return null;
  return (
    lastLines(isQuoted ? (failed.message ?? '') : '') ??
    cut(`container ${escaped(failed.name)} ended with ${failed.exitCode} (${failed.reason ?? 'Error'})`, WORDS_MAX)
  );
}

/** As many of the last lines as fit; null where nothing was said. */
export function lastLines(text: string): string | null {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => escaped(line.trim()))
    .filter((line) => line !== '')
    .slice(-LINES);
  while (lines.length > 1 && lines.join(' | ').length > WORDS_MAX) lines.shift();
  return lines.length === 0 ? null : cut(lines.join(' | '), WORDS_MAX);
}
