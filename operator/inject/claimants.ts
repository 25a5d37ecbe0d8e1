import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { claimOf } from './claim.ts';

type Labels = Readonly<Record<string, string>>;

/** The policies of a namespace that may have a pod of these labels. Throws where they are not known: then failurePolicy decides. */
export type Claimants = (namespace: string, labels: Labels) => Promise<readonly ReloadPolicy[]>;

export type ClaimantsOptions = {
  /** As the watch knows them. */
  readonly known: (namespace: string) => readonly ReloadPolicy[];
  /** As the API server has them now. */
  readonly list: (namespace: string) => Promise<readonly ReloadPolicy[]>;
};

/**
 * Those that we know; and where none of them has a pod that asks for the sidecar, those that there are: a policy that was made together with its
 * pods is known to the API server, and may be none to this replica yet.
 */
export function claimants({ known, list }: ClaimantsOptions): Claimants {
  const listed = oneAtATime(list);
  return async (namespace, labels) => {
    const policies = known(namespace);
    return claimOf(labels, policies) === null ? await listed(namespace) : policies;
  };
}

/** Who asks while one is under way shares the next one: it begins after they asked, and so has all that was there. A thousand pods cost two or three. */
function oneAtATime<T>(read: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const running = new Map<string, Promise<unknown>>();
  const next = new Map<string, Promise<T>>();
  const begin = (key: string): Promise<T> => {
    const its = read(key);
    const over = its.then(
      () => {},
      () => {},
    );
    running.set(key, over);
    void over.then(() => running.get(key) === over && running.delete(key));
    return its;
  };
  return (key) => {
    const under = running.get(key);
    if (under === undefined) return begin(key);
    const shared =
      next.get(key) ??
      under.then(() => {
        next.delete(key);
        return begin(key);
      });
    next.set(key, shared);
    return shared;
  };
}
