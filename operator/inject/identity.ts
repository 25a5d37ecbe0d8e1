import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { SIDECAR_CONTAINER } from '../kube/pods.ts';
import type { Container, Pod, User } from './pod.ts';

/** Says the user that an app runs as, where its image or its entrypoint says it and the pod does not: `101`, or `101:101` with its group. */
export const RUN_AS_USER = 'fleetreload.dev/run-as-user';

const MOST_ID = 2 ** 31 - 1;

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
  const identity = annotation !== undefined ? annotated(annotation) : signal ? ofSignalled(pod, told) : inherited(pod);
  if (identity.kind === 'known' && !identity.user.runAsNonRoot && told.some((each) => userOf(pod, each).runAsNonRoot))
    return refused('the pod says runAsNonRoot: true, and the sidecar would have to run as root: take the one or the other out');
  return identity;
}

/** Containers that stay: of the init containers those that are native sidecars themselves. */
export function appsOf({ spec }: Pod): readonly Container[] {
  const stay = (spec.initContainers ?? []).filter(({ name, restartPolicy }) => restartPolicy === 'Always' && name !== SIDECAR_CONTAINER);
  return [...spec.containers, ...stay];
}

function ofSignalled(pod: Pod, told: readonly Container[]): Identity {
  const [first, ...others] = told.map((each) => ({ name: each.name, ...userOf(pod, each) }));
  const other = others.find(({ runAsUser }) => runAsUser !== first?.runAsUser);
  if (first && other)
    return refused(
      `containers ${first.name} and ${other.name} run as different users, and a signal reaches its own user's processes only: say which one it is for in handle.signal.container`,
    );
  if (typeof first?.runAsUser !== 'number')
    return refused(
      `the user that container ${first?.name} runs as is known to its image only, and a signal reaches its own user's processes only: say it in securityContext.runAsUser, or in the annotation ${RUN_AS_USER}`,
    );
  return known(first.runAsUser, first.runAsGroup);
}

function annotated(annotation: string): Identity {
  const [, uid, gid] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(annotation) ?? [];
  if (uid === undefined || Math.max(Number(uid), Number(gid ?? 0)) > MOST_ID)
    return refused(
      `the annotation ${RUN_AS_USER} is ${JSON.stringify(annotation.slice(0, 40))}: write a user such as "101", or "101:101" with its group`,
    );
  return known(Number(uid), gid === undefined ? undefined : Number(gid));
}

/** The pod's user is everybody's who has none of its own. */
function inherited({ spec }: Pod): Identity {
  return { kind: 'known', user: { runAsNonRoot: spec.securityContext?.runAsUser !== 0 } };
}

function known(runAsUser: number, runAsGroup: number | undefined): Identity {
  return { kind: 'known', user: { runAsUser, ...(typeof runAsGroup === 'number' && { runAsGroup }), runAsNonRoot: runAsUser !== 0 } };
}

/** A container's own word wins over the pod's. */
function userOf({ spec }: Pod, { securityContext }: Container): User {
  const { runAsUser, runAsGroup, runAsNonRoot } = { ...spec.securityContext, ...securityContext };
  return { runAsUser, runAsGroup, runAsNonRoot };
}

function refused(because: string): Identity {
  return { kind: 'refused', because };
}
