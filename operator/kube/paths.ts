/** A kind, as its path names it: `{ apiVersion: 'apps/v1', plural: 'deployments' }`; the core group is `v1` alone. */
export type Resource = { readonly apiVersion: string; readonly plural: string };

export type At = { readonly namespace?: string; readonly name?: string; readonly subresource?: string };

/**
 * `pathOf({ apiVersion: 'v1', plural: 'pods' }, { namespace: 'shop', name: 'a' })` is `/api/v1/namespaces/shop/pods/a`.
 * Throws where a part is there and empty: a DELETE of a name that is missing would be a DELETE of all.
 */
export function pathOf(resource: Resource, at: At = {}): string {
  const root = resource.apiVersion.includes('/') ? `/apis/${resource.apiVersion}` : `/api/${resource.apiVersion}`;
  const namespace = at.namespace === undefined ? '' : `/namespaces/${segment('namespace', at.namespace)}`;
  const name = at.name === undefined ? '' : `/${segment('name', at.name)}`;
  if (at.subresource === undefined) return `${root}${namespace}/${resource.plural}${name}`;
  if (name === '') throw new Error(`the subresource ${at.subresource} of ${resource.plural} needs a name`);
  return `${root}${namespace}/${resource.plural}${name}/${segment('subresource', at.subresource)}`;
}

/** The collection in that namespace, or (null) in all of them. */
export function pathIn(resource: Resource, namespace: string | null): string {
  return pathOf(resource, namespace === null ? {} : { namespace });
}

function segment(what: string, text: string): string {
  if (text === '' || text === '.' || text === '..') throw new Error(`'${text}' is no ${what} of a Kubernetes object`);
  return encodeURIComponent(text);
}
