import { z } from 'zod';
import { ObjectMeta } from './metadata.ts';

export const GROUP = 'fleetreload.dev';
export const VERSION = 'v1alpha1';
export const API_VERSION = `${GROUP}/${VERSION}` as const;

/** A kind of the API: all that its definition and its reference page are made of. */
export type Kind = {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortName: string;
  readonly description: string;
  /** The longest name of an object, in bytes; null where Kubernetes' own limit of 253 is the one. */
  readonly nameMax: number | null;
  /** On the whole object, beside those of its fields. */
  readonly rules: readonly ObjectRule[];
  readonly spec: z.ZodType;
  readonly status: z.ZodType;
  readonly columns: readonly Column[];
};

/** A rule in CEL that spans metadata, spec and status: `self` is the object, `oldSelf` what it was. `fieldPath`: the field that a refusal names. */
export type ObjectRule = { readonly cel: string; readonly message: string; readonly fieldPath: string };

/** What `kubectl get` shows; one of priority 1 with `-o wide` only. */
export type Column = {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly jsonPath: string;
  readonly priority?: number;
};

/** An object of a kind as the API server gives it; fields that this version does not know are left out. */
export function objectOf<K extends string, Spec extends z.ZodType, Status extends z.ZodType>(kind: K, spec: Spec, status: Status) {
  return z.object({
    apiVersion: z.literal(API_VERSION),
    kind: z.literal(kind),
    metadata: ObjectMeta,
    spec,
    status: status.optional(),
  });
}
