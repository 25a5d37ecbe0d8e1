import { API_VERSION } from '../../crds/kind.ts';
import { pathOf } from './paths.ts';

export const POLICIES = { apiVersion: API_VERSION, plural: 'reloadpolicies' };
export const RELOADS = { apiVersion: API_VERSION, plural: 'reloads' };

export function policiesAt(namespace: string, name: string, subresource: 'status'): string {
  return pathOf(POLICIES, { namespace, name, subresource });
}

export function reloadsAt(namespace: string, name?: string, subresource?: 'status'): string {
  return pathOf(RELOADS, { namespace, ...(name !== undefined && { name }), ...(subresource !== undefined && { subresource }) });
}
