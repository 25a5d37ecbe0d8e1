import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Source } from '../../crds/source.ts';
import { SIDECAR_CONTAINER } from '../kube/pods.ts';
import type { Found } from './found.ts';
import { misplacedIn } from './mount-points.ts';
import { ownVolumes } from './own-volumes.ts';
import type { Pod } from './pod.ts';
import { readOnceIn } from './read-once.ts';
import { unshownIn } from './unshown.ts';

export type Question = {
  readonly pod: Pod;
  readonly sources: readonly Source[];
  readonly handle: ReloadPolicy['spec']['handle'];
  readonly found: Found;
  /** HOST:PORT */
  readonly operator: string;
};

/** Why the sidecar cannot own this pod's files: what, where, and what to do; the first reason there is. Null where it can. */
export function refusalOf(question: Question): string | null {
  return (
    ofNode(question) ??
    ofNames(question) ??
    unshownIn(question) ??
    readOnceIn(question) ??
    misplacedIn(question) ??
    ofProcesses(question) ??
    ofNetwork(question)
  );
}

function ofNode({ pod: { spec } }: Question): string | null {
  const windows = spec.os?.name === 'windows' || spec.nodeSelector?.['kubernetes.io/os'] === 'windows';
  return windows ? 'the pod is for Windows nodes, and the sidecar is a Linux program: let a policy with no such pods select it' : null;
}

/** Names are the only thing that says whose a container or a volume is. */
function ofNames({ pod, sources, found }: Question): string | null {
  if (found.kind === 'stranger')
    return `the pod has a container ${SIDECAR_CONTAINER} that is not ours, and ours is known by that name: give it another one`;
  if (found.kind === 'injected') return null;
  const own = new Set(ownVolumes(sources).map(({ name }) => name));
  const taken = pod.spec.volumes?.find(({ name }) => own.has(name));
  return taken ? `the pod has a volume ${taken.name}, and the sidecar brings one of that name: give it another one` : null;
}

function ofProcesses({ pod: { spec }, handle }: Question): string | null {
  if (spec.hostPID === true) return 'the pod has hostPID: true, with which the sidecar would see every process of the node: take it out';
  if (handle.signal && spec.shareProcessNamespace === false)
    return 'the pod has shareProcessNamespace: false, and the handle of its policy is a signal, which would not reach the app: take it out, or reload by http';
  return null;
}

/** The operator's name is one of the cluster's DNS. */
function ofNetwork({ pod: { spec }, operator }: Question): string | null {
  const { hostNetwork = false, dnsPolicy = 'ClusterFirst' } = spec;
  if (!operator.includes('.svc') || !(dnsPolicy === 'Default' || (hostNetwork && dnsPolicy === 'ClusterFirst'))) return null;
  return `the pod asks its node's DNS (${hostNetwork ? 'hostNetwork: true, ' : ''}dnsPolicy: ${dnsPolicy}), which does not know ${operator}: set dnsPolicy to ${hostNetwork ? 'ClusterFirstWithHostNet' : 'ClusterFirst'}`;
}
