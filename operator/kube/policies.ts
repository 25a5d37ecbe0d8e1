import { API_VERSION } from '../../crds/kind.ts';
import { pathOf } from './paths.ts';

const POLICIES = { apiVersion: API_VERSION, plural: 'reloadpolicies' };
const RELOADS = { apiVersion: API_VERSION, plural: 'reloads' };

/** Of all namespaces. */
export const ALL_POLICIES = pathOf(POLICIES);
export const ALL_RELOADS = pathOf(RELOADS);

export function policiesAt(namespace: string, name: string, subresource: 'status'): string {
  return pathOf(POLICIES, { namespace, name, subresource });
}

export function reloadsAt(namespace: string, name?: string, subresource?: 'status'): string {
  return pathOf(RELOADS, { namespace, ...(name !== undefined && { name }), ...(subresource !== undefined && { subresource }) });
}
