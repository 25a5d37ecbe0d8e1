import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { appsOf } from '../../operator/inject/identity.ts';
import { inject, type Pod } from '../../operator/inject/inject.ts';
import { SIDECAR_CONTAINER } from '../../operator/kube/pods.ts';
import { matches } from '../../operator/kube/selector.ts';
import type { Words } from '../words.ts';
import type { Finding } from './finding.ts';

/** What the sidecar of a pod needs, and what it said last. `words`: a sentence where its log cannot be read. */
export function podFindings(pod: Pod, policies: readonly ReloadPolicy[], words: Words | string): readonly Finding[] {
  const mine = policies.filter(({ spec }) => matches(spec.targets.selector, pod.metadata?.labels ?? {}));
  const names = mine.map(({ metadata }) => metadata.name);
  const [policy, another] = mine;
  const selected = 'a policy selects the pod';
  if (!policy) return [{ what: selected, wrong: `none does: give it the labels of a policy's spec.targets.selector` }];
  return [
    {
      what: selected,
      wrong: another ? `${names.join(' and ')} do, and only the oldest has it: make their selectors exclude each other` : null,
    },
    sidecarOf(pod, policy),
    ...(policy.spec.handle.signal ? [processesOf(pod), userOf(pod, policy.spec.handle.signal.container)] : []),
    ...wordsOf(words),
  ];
}

function sidecarOf(pod: Pod, policy: ReloadPolicy): Finding {
  const what = 'it has the sidecar';
  if (sidecarIn(pod)) return { what, wrong: null };
  const injection = inject(pod, [policy], { image: 'sidecar', operator: 'fleet-reload:8443' });
  const wrong =
    injection.kind === 'injected'
      ? 'nothing hinders it: label the pod template fleetreload.dev/inject: "true", and let its controller make the pod again'
      : injection.because;
  return { what, wrong };
}

function processesOf({ spec }: Pod): Finding {
  const wrong = spec.shareProcessNamespace
    ? null
    : 'a signal cannot reach the app: set spec.shareProcessNamespace: true in the pod template';
  return { what: 'its containers see each other', wrong };
}

/** A signal reaches a process of the same user only. */
function userOf(pod: Pod, container: string | undefined): Finding {
  const what = 'sidecar and app run as the same user';
  const ofPod = pod.spec.securityContext?.runAsUser;
  const sidecar = sidecarIn(pod)?.securityContext?.runAsUser ?? ofPod;
  const app = appsOf(pod).find(({ name }) => container === undefined || name === container)?.securityContext?.runAsUser ?? ofPod;
  if (!sidecarIn(pod) || sidecar === app) return { what, wrong: null };
  return {
    what,
    wrong: `the sidecar runs as ${sidecar ?? "its image's user"}, the app as ${app ?? "its image's user"}: set one runAsUser in the pod's securityContext`,
  };
}

function wordsOf(words: Words | string): readonly Finding[] {
  const [connected, applied] = ['its sidecar is connected', 'it applied what it was asked last'];
  if (typeof words === 'string') return [{ what: connected, wrong: words, unknown: true }];
  const { trouble, refused, answered, asked } = words;
  const isRefused = refused !== null && refused.attempt === asked?.attempt;
  return [
    { what: connected, wrong: trouble },
    {
      what: applied,
      wrong: isRefused ? `it refused ${refused.revision}: ${refused.because}` : answered ? null : `${asked?.revision} is under way`,
    },
  ];
}

function sidecarIn({ spec }: Pod) {
  return [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === SIDECAR_CONTAINER);
}
