import { KubeError } from '../../kube/errors.ts';
import { type RevisionContent, revisionOf, type SourceKind } from '../content.ts';
import { digestOf } from '../digest.ts';

export const key = Buffer.alloc(32, 7);

export function contentOf(text: string, kind: SourceKind = 'ConfigMap'): RevisionContent {
  const files = [{ key: 'app.conf', bytes: Buffer.from(text) }];
  return revisionOf([{ kind, name: 'web', digest: digestOf(files, key), files }]);
}

/** A collection of objects by their path; what the API server keeps of them is what it was given. */
export function aStore() {
  const objects = new Map<string, object>();
  const nameOf = (body: object) => (body as { metadata: { name: string } }).metadata.name;
  return {
    objects,
    get: async <T>(path: string) => (objects.get(path) as T | undefined) ?? null,
    create: async <T>(path: string, body: object) => {
      const at = `${path}/${nameOf(body)}`;
      if (objects.has(at)) throw new KubeError('exists', { status: 409, reason: 'AlreadyExists' });
      objects.set(at, body);
      return body as T;
    },
    replace: async <T>(path: string, body: object) => {
      objects.set(path, body);
      return body as T;
    },
  };
}

/** Where it keeps an object. */
export const at = (name: string, plural = 'configmaps') => `/api/v1/namespaces/shop/${plural}/${name}`;
