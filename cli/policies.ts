import type { z } from 'zod';
import { ReloadPolicy } from '../crds/reload-policy.ts';
import { unknownFields } from './unknown-fields.ts';

/** `policy`: null where it is none for the API server. `wrong`: what that would refuse, a sentence each. */
type Written = { readonly policy: ReloadPolicy | null; readonly wrong: readonly string[] };

/** A policy as a file has it: the API server has not seen it yet. Null for any other object. */
export function policyIn(object: unknown): Written | null {
  const { kind, metadata, spec } = (object ?? {}) as { kind?: unknown; metadata?: { name?: string }; spec?: unknown };
  if (kind !== 'ReloadPolicy') return null;
  const name = metadata?.name ?? '';
  const asAdmitted = { namespace: '', uid: name, resourceVersion: '0', ...metadata };
  const { data = null, error } = ReloadPolicy.safeParse({ ...(object as object), metadata: asAdmitted });
  const wrong = error
    ? error.issues.map((issue) => told(issue, object))
    : unknownFields(spec, data?.spec, 'spec').map((field) => `${field} is no field of a ReloadPolicy`);
  return { policy: data, wrong: wrong.map((it) => `ReloadPolicy ${name || 'without a name'}: ${it}`) };
}

/** A field that is missing is one that is mistyped, more often than not: so those that are there are named. */
function told({ path, message }: z.core.$ZodIssue, object: unknown): string {
  const parent = valueAt(object, path.slice(0, -1));
  const key = path.at(-1);
  if (typeof parent !== 'object' || parent === null || typeof key !== 'string' || key in parent) return `${pathOf(path)}: ${message}`;
  return `${pathOf(path.slice(0, -1))} has no ${key}: it has ${Object.keys(parent).join(', ') || 'nothing'}`;
}

function valueAt(object: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[key], object);
}

/** `spec.waves[0].upTo` */
function pathOf(path: readonly PropertyKey[]): string {
  return path.map((key, i) => (typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`)).join('');
}
