import { AUDIENCE } from '../../sidecar/protocol.ts';
import type { Pod } from './authenticate.ts';

/** What the API server says of a token. An outage throws. */
export type Reviewed = { readonly kind: 'pod'; readonly pod: Pod } | { readonly kind: 'invalid' } | { readonly kind: 'not a pod' };

export type Review = (token: string) => Promise<Reviewed>;

export type TokenReview = {
  readonly status?: {
    readonly authenticated?: boolean;
    readonly audiences?: readonly string[];
    readonly user?: { readonly username?: string; readonly extra?: Readonly<Record<string, readonly string[]>> };
  };
};

/** Asks the API server, by a TokenReview for our audience. */
export function tokenReview(kube: { create<T>(path: string, body: object): Promise<T> }): Review {
  return async (token) => {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec: { token, audiences: [AUDIENCE] } };
    return read(await kube.create<TokenReview>('/apis/authentication.k8s.io/v1/tokenreviews', body));
  };
}

export function read({ status }: TokenReview): Reviewed {
  // A server that knows no audiences answers without them: then the token may be for anybody.
  if (!status?.authenticated || !status.audiences?.includes(AUDIENCE)) return { kind: 'invalid' };
  const extra = (name: string) => status.user?.extra?.[`authentication.kubernetes.io/${name}`]?.[0];
  const namespace = /^system:serviceaccount:([^:]+):[^:]+$/.exec(status.user?.username ?? '')?.[1];
  const [name, uid] = [extra('pod-name'), extra('pod-uid')];
  // A pod has the ServiceAccount of its own namespace, so that the user's name has the pod's namespace.
  return namespace && name && uid ? { kind: 'pod', pod: { uid, namespace, name } } : { kind: 'not a pod' };
}
