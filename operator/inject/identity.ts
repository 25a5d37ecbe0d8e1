import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { SIDECAR_CONTAINER } from '../kube/pods.ts';
import type { Container, Pod, User } from './pod.ts';

/** Says the user that an app runs as, where its image or its entrypoint says it and the pod does not: `101`, or `101:101` with its group. */
export const RUN_AS_USER = 'fleetreload.dev/run-as-user';

/** As whom the sidecar runs. Without a user it inherits the pod's, or else its image's own, which is not root. */
export type Identity = { readonly kind: 'known'; readonly user: User } | { readonly kind: 'refused'; readonly because: string };

/** A signal reaches a process of the same user only; for the other handles any user will do, and the pod's reads what the app reads. */
export function identityOf(pod: Pod, { signal }: ReloadPolicy['spec']['handle']): Identity {
  const apps = appsOf(pod);
  const told = signal?.container === undefined ? apps : apps.filter(({ name }) => name === signal.container);
  if (told.length === 0)
    return refused(
      `the policy signals container ${signal?.container}, and the pod has none of that name: let handle.signal.container be one of ${apps.map(({ name }) => name).join(', ')}`,
    );
  const annotation = pod.metadata?.annotations?.[RUN_AS_USER];
  if (annotation !== undefined) return annotated(pod, annotation, told);
  if (signal) return ofSignalled(pod, told);
  return { kind: 'known', user: { runAsNonRoot: pod.spec.securityContext?.runAsUser !== 0 } };
}

/** Containers that stay: of the init containers those that are native sidecars themselves. */
function appsOf({ spec }: Pod): readonly Container[] {
  const stay = (spec.initContainers ?? []).filter(({ name, restartPolicy }) => restartPolicy === 'Always' && name !== SIDECAR_CONTAINER);
  return [...spec.containers, ...stay];
}

function ofSignalled(pod: Pod, signalled: readonly Container[]): Identity {
  const [first, ...others] = signalled.map((each) => ({ name: each.name, ...userOf(pod, each) }));
  const other = others.find(({ runAsUser }) => runAsUser !== first?.runAsUser);
  if (first && other)
    return refused(
      `containers ${first.name} and ${other.name} run as different users, and a signal reaches its own user's processes only: name the one to signal in handle.signal.container`,
    );
  if (first?.runAsUser === undefined)
    return refused(
      `the user that container ${first?.name} runs as is known to its image only, and a signal reaches its own user's processes only: say it in securityContext.runAsUser, or in the annotation ${RUN_AS_USER}`,
    );
  const { runAsUser, runAsGroup } = first;
  return { kind: 'known', user: { runAsUser, ...(runAsGroup !== undefined && { runAsGroup }), runAsNonRoot: runAsUser !== 0 } };
}

function annotated(pod: Pod, annotation: string, told: readonly Container[]): Identity {
  const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(annotation) ?? [];
  if (uid === undefined || Math.max(Number(uid), Number(gid ?? 0)) > 2 ** 31 - 1)
    return refused(
      `the annotation ${RUN_AS_USER} is ${JSON.stringify(annotation)}: write a user such as "101", or user and group such as "101:101"`,
    );
  const runAsUser = Number(uid);
  if (runAsUser === 0 && told.some((each) => userOf(pod, each).runAsNonRoot))
    return refused(`the annotation ${RUN_AS_USER} says root, and the pod says runAsNonRoot: take one of them away`);
  return { kind: 'known', user: { runAsUser, ...(gid !== undefined && { runAsGroup: Number(gid) }), runAsNonRoot: runAsUser !== 0 } };
}

/** A container's own word wins over the pod's. */
function userOf({ spec }: Pod, { securityContext }: Container): User {
  const { runAsUser, runAsGroup, runAsNonRoot } = { ...spec.securityContext, ...securityContext };
  return { runAsUser, runAsGroup, runAsNonRoot };
}

function refused(because: string): Identity {
  return { kind: 'refused', because };
}
