import { ReloadPolicy } from '../crds/reload-policy.ts';

/** A policy as a file has it: the API server has not seen it yet. Null for any other object; a sentence where it is wrong. */
export function policyIn(object: unknown): ReloadPolicy | string | null {
  const { kind, metadata } = (object ?? {}) as { kind?: unknown; metadata?: { name?: string } };
  if (kind !== 'ReloadPolicy') return null;
  const name = metadata?.name ?? '';
  const asAdmitted = { namespace: '', uid: name, resourceVersion: '0', ...metadata };
  const { data, error } = ReloadPolicy.safeParse({ ...(object as object), metadata: asAdmitted });
  if (data) return data;
  const [issue] = error.issues;
  return `ReloadPolicy ${name}: ${issue?.path.join('.')}: ${issue?.message}`;
}
