/** A review of a new pod, as the API server sends it, with more or other fields of its request. */
export function aReview(request: object = {}): string {
  return JSON.stringify({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'review-1',
      kind: { group: '', version: 'v1', kind: 'Pod' },
      resource: { group: '', version: 'v1', resource: 'pods' },
      requestKind: { group: '', version: 'v1', kind: 'Pod' },
      namespace: 'shop',
      operation: 'CREATE',
      userInfo: { username: 'system:serviceaccount:kube-system:replicaset-controller' },
      object: aPod,
      oldObject: null,
      dryRun: false,
      options: { kind: 'CreateOptions', apiVersion: 'meta.k8s.io/v1' },
      ...request,
    },
  });
}

export const aPod = {
  metadata: { generateName: 'web-7d9c5b-', labels: { app: 'web', 'fleetreload.dev/inject': 'true' } },
  spec: { containers: [{ name: 'nginx', image: 'localhost/nginx:1' }] },
};

/** What the answer says. */
export function answerIn(body: string): {
  readonly uid: string;
  readonly allowed: boolean;
  readonly patch: unknown;
  readonly warnings?: readonly string[];
} {
  const { response } = JSON.parse(body) as { readonly response: { uid: string; allowed: boolean; patch?: string; warnings?: string[] } };
  return { ...response, patch: response.patch === undefined ? null : JSON.parse(Buffer.from(response.patch, 'base64').toString()) };
}
