import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { appsOf, RUN_AS_USER } from '../../operator/inject/identity.ts';
import { inject, LABEL, type Pod } from '../../operator/inject/inject.ts';
import { SIDECAR_CONTAINER } from '../../operator/kube/pods.ts';
import { matches } from '../../operator/kube/selector.ts';
import { isOlder } from '../../operator/observe/conflict.ts';
import type { Words } from '../words.ts';
import { oneLine } from '../show/paint.ts';
import type { Finding } from './finding.ts';

const SIDECAR = 'it has the sidecar';

/** What the sidecar of a pod needs, and what it said last. `words`: a sentence where its log cannot be read. */
export function podFindings(pod: Pod, policies: readonly ReloadPolicy[], words: Words | string): readonly Finding[] {
  const mine = policies
    .filter(({ spec }) => matches(spec.targets.selector, pod.metadata?.labels ?? {}))
    .toSorted((a, b) => (isOlder(a, b) ? -1 : 1));
  const names = mine.map(({ metadata }) => metadata.name);
  const [policy, another] = mine;
  const selected = 'a policy selects the pod';
  if (!policy) return [{ what: selected, wrong: `none does: give it the labels of a policy's spec.targets.selector` }];
  const owned: Finding = {
    what: selected,
    wrong: another ? `${names.join(' and ')} do, and only the oldest, ${names[0]}, has it: make their selectors exclude each other` : null,
  };
  // Without it there is nothing else to be seen: what it needs comes with it.
  if (!sidecarIn(pod)) return [owned, withoutSidecar(pod, policy)];
  return [
    owned,
    { what: SIDECAR, wrong: null },
    ...(policy.spec.handle.signal
      ? [signalled(pod, policy.spec.handle.signal), processesOf(pod), userOf(pod, policy.spec.handle.signal)]
      : []),
    ...wordsOf(words, policy),
  ];
}

function withoutSidecar(pod: Pod, policy: ReloadPolicy): Finding {
  const injection = inject(pod, [policy], { image: 'sidecar', operator: 'fleet-reload:8443' });
  if (injection.kind !== 'injected') return { what: SIDECAR, wrong: injection.because };
  const wrong =
    pod.metadata?.labels?.[LABEL] === 'true'
      ? 'nothing hinders it any more: let its controller make the pod again, kubectl rollout restart'
      : `nothing hinders it: label the pod template ${LABEL}: "true", and let its controller make the pod again`;
  return { what: SIDECAR, wrong };
}

function processesOf({ spec }: Pod): Finding {
  const wrong = spec.shareProcessNamespace
    ? null
    : 'a signal cannot reach the app: set spec.shareProcessNamespace: true in the pod template';
  return { what: 'its containers see each other', wrong };
}

type Signal = NonNullable<ReloadPolicy['spec']['handle']['signal']>;

function signalled(pod: Pod, { signal, process, container }: Signal): Finding {
  const what = `it has what is told by ${signal}: ${process}${container === undefined ? '' : ` in container ${container}`}`;
  const names = appsOf(pod).map(({ name }) => name);
  const isThere = container === undefined || names.includes(container);
  return { what, wrong: isThere ? null : `it has ${names.join(', ')}: let spec.handle.signal.container be one of them` };
}

/** A signal reaches a process of the same user only. */
function userOf(pod: Pod, { container }: Signal): Finding {
  const what = 'sidecar and app run as the same user';
  const ofPod = pod.spec.securityContext?.runAsUser;
  const sidecar = sidecarIn(pod)?.securityContext?.runAsUser ?? ofPod;
  const told = appsOf(pod).find(({ name }) => container === undefined || name === container)?.securityContext?.runAsUser ?? ofPod;
  // Who says it by the annotation knows the image.
  const app = told ?? annotatedIn(pod);
  if (app === undefined)
    return { what, wrong: "only the app's image says which that is: set runAsUser in the pod's securityContext", unknown: true };
  if (sidecar === app) return { what, wrong: null };
  return {
    what,
    wrong: `the sidecar runs as ${sidecar ?? "its image's user"}, the app as ${app}: set one runAsUser in the pod's securityContext`,
  };
}

function annotatedIn({ metadata }: Pod): number | undefined {
  const text = metadata?.annotations?.[RUN_AS_USER]?.split(':')[0];
  return text === undefined ? undefined : Number(text);
}

function wordsOf(words: Words | string, policy: ReloadPolicy): readonly Finding[] {
  const [connected, applied, files] = [
    'its sidecar is connected',
    'it applied what it was asked last',
    'its files are those that it should run',
  ];
  if (typeof words === 'string') return [{ what: connected, wrong: words, unknown: true }];
  const { running, trouble, refused, answered, asked } = words;
  if ([running, asked, refused, trouble].every((it) => it === null))
    return [{ what: connected, wrong: 'its sidecar has said nothing of late: see whether it runs by kubectl describe pod', unknown: true }];
  const isRefused = refused !== null && refused.attempt === asked?.attempt;
  const before = refused !== null && !isRefused ? `; before that it refused ${refused.revision}: ${oneLine(refused.because)}` : '';
  const answer: Finding = {
    what: applied + before,
    wrong: isRefused ? `it refused ${refused.revision}: ${refused.because}` : answered ? null : `${asked?.revision} is under way`,
  };
  const isAnswer = asked !== null || refused !== null;
  return [{ what: connected, wrong: trouble }, ...(isAnswer ? [answer] : []), filesOf(files, words, policy)];
}

/** By its log, and by what the operator assigns: who may look into the pod sees them in the folder itself. */
function filesOf(what: string, { running, asked }: Words, { metadata, status = {} }: ReloadPolicy): Finding {
  const { stableRevision, candidateRevision } = status;
  if (running === null)
    return { what, wrong: 'the end of its log does not say which they are: see all of it by kubectl logs -c fleet-reload', unknown: true };
  const { revision } = running;
  if (revision === stableRevision) return { what: `${what}: ${revision}, which is stable`, wrong: null };
  if (revision === candidateRevision) return { what: `${what}: ${revision}, the candidate`, wrong: null };
  if (stableRevision === undefined)
    return { what: `${what}: ${revision}`, wrong: `${metadata.name} has no stable yet: see why by get ${metadata.name}` };
  const isOnItsWay = asked !== null && [stableRevision, candidateRevision].includes(asked.revision);
  const next = isOnItsWay ? `it is asked for ${asked.revision}` : `it is not asked yet: see what holds it by get ${metadata.name}`;
  return { what, wrong: `they are ${revision}, and stable is ${stableRevision}; ${next}` };
}

function sidecarIn({ spec }: Pod) {
  return [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === SIDECAR_CONTAINER);
}
