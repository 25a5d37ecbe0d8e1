import type { Readable } from 'node:stream';
import { type Credentials, findCredentials } from './credentials.ts';
import { isKube } from './errors.ts';
import { answerOf, type CallOptions, streamOf } from './exchange.ts';
import { openTransport, type Sent } from './transport.ts';

export type { CallOptions, Query } from './exchange.ts';

export type ConnectOptions = {
  /** Ours, for the user agent `fleet-reload/<version>`, which is the default fieldManager too. */
  readonly version: string;
  /** A file; without it $KUBECONFIG, the pod's ServiceAccount, or ~/.kube/config. */
  readonly kubeconfig?: string | undefined;
  /** In place of the kubeconfig's, for tests behind a proxy: `https://127.0.0.1:PORT`. */
  readonly server?: string | undefined;
  /** For one call from first to last byte. */
  readonly timeoutMs?: number | undefined;
};

/** Thin verbs: JSON as the server sends it, so that a field we do not know survives read, change and replace. All throw KubeError. */
export type Kube = {
  /** `https://HOST:PORT`. */
  readonly server: string;
  /** Our own namespace: the pod's, or that of the kubeconfig's context. */
  readonly namespace: string;
  /** Null where there is no such object. A kind that the server does not know is a KubeError. */
  readonly get: <T>(path: string, options?: CallOptions) => Promise<T | null>;
  /** One page where `query.limit` is given, else all. Items have neither apiVersion nor kind. */
  readonly list: <T>(path: string, options?: CallOptions) => Promise<List<T>>;
  readonly create: <T>(path: string, body: object, options?: CallOptions) => Promise<T>;
  /** PUT. A `metadata.resourceVersion` makes it a compare-and-swap: KubeError 'Conflict' where another was faster. */
  readonly replace: <T>(path: string, body: object, options?: CallOptions) => Promise<T>;
  /** `apply` is server-side apply; say `query: { force: true }` to take fields from other managers. */
  readonly patch: <T>(path: string, body: object, kind: keyof typeof PATCHES, options?: CallOptions) => Promise<T>;
  /** False where it was gone already. `body` has DeleteOptions such as `preconditions` and `propagationPolicy`. */
  readonly remove: (path: string, body?: object, options?: CallOptions) => Promise<boolean>;
  /** The stream's bytes, one event a line. Ends with the signal, never with a timeout of ours. */
  readonly watch: (path: string, options: CallOptions & { readonly signal: AbortSignal }) => Promise<Readable>;
  readonly close: () => Promise<void>;
};

export type List<T> = {
  readonly metadata: { readonly resourceVersion: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly items: readonly T[];
};

const FIELD_MANAGER = 'fleet-reload';
const PATCHES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Finds out where and who; no request is made yet. */
export async function connect(options: ConnectOptions): Promise<Kube> {
  const found = await findCredentials(options.kubeconfig, process.env);
  return connectAs(options.server ? { ...found, server: new URL(options.server) } : found, options);
}

export function connectAs(credentials: Credentials, options: ConnectOptions): Kube {
  const transport = openTransport(credentials, `${FIELD_MANAGER}/${options.version}`);
  const timeoutMs = options.timeoutMs ?? 10_000;

  const bounded = (given: CallOptions = {}) => ({ ...given, timeoutMs: given.timeoutMs ?? timeoutMs });
  const call = <T>(method: Sent['method'], path: string, given?: CallOptions, body?: object, type = 'application/json') =>
    answerOf<T>(transport, bounded(given), { method, path, body, type, as: 'PartialObjectMetadata' });

  return {
    server: credentials.server.origin,
    namespace: credentials.namespace,
    get: (path, given) => call<never>('GET', path, given).catch(nullWhereMissing),
    list: async <T>(path: string, given?: CallOptions) => {
      const list = await answerOf<List<T>>(transport, bounded(given), { method: 'GET', path, as: 'PartialObjectMetadataList' });
      // Of metadata alone, an empty list says `items: null`.
      return { ...list, items: list.items ?? [] };
    },
    create: (path, body, given) => call('POST', path, given, body),
    replace: (path, body, given) => call('PUT', path, given, body),
    patch: (path, body, kind, given) => {
      const query = kind === 'apply' ? { fieldManager: FIELD_MANAGER, ...given?.query } : given?.query;
      return call('PATCH', path, { ...given, query }, body, PATCHES[kind]);
    },
    remove: async (path, body, given) => (await call('DELETE', path, given, body).catch(nullWhereMissing)) !== null,
    watch: (path, given) => streamOf(transport, path, given),
    close: transport.close,
  };
}

function nullWhereMissing(error: unknown): null {
  if (isKube(error, 'NotFound')) return null;
  throw error;
}
