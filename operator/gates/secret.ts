import type { Kube } from '../kube/client.ts';
import { isKube } from '../kube/errors.ts';
import { pathOf } from '../kube/paths.ts';

/** One key of a Secret of that namespace, trimmed; or a sentence where it is not to be had. Null where none is named. Throws where nobody answers. */
export async function readSecret(
  kube: Pick<Kube, 'get'>,
  namespace: string,
  named: { readonly secret: { readonly name: string; readonly key: string } } | undefined,
): Promise<{ readonly value: string } | string | null> {
  if (named === undefined) return null;
  const { name, key } = named.secret;
  try {
    const path = pathOf({ apiVersion: 'v1', plural: 'secrets' }, { namespace, name });
    const secret = await kube.get<{ readonly data?: Readonly<Record<string, string>> }>(path);
    if (secret === null) return `Secret ${name} is not there: make it, with the key ${key}`;
    const base64 = secret.data?.[key];
    if (base64 === undefined) return `Secret ${name} has no key ${key}`;
    const value = Buffer.from(base64, 'base64').toString('utf8').trim();
    return value === '' ? `the key ${key} of Secret ${name} is empty` : { value };
  } catch (error) {
    if (isKube(error, 'Forbidden')) return `the operator may not read Secret ${name}`;
    throw error;
  }
}
