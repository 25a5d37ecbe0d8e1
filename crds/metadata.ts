import { z } from 'zod';

/** What the operator reads of an object's metadata; the rest is kept as it is. */
export type ObjectMeta = z.output<typeof ObjectMeta>;
export const ObjectMeta = z.looseObject({
  name: z.string(),
  namespace: z.string(),
  uid: z.string(),
  resourceVersion: z.string(),
  generation: z.int().optional(),
  creationTimestamp: z.string().optional(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  finalizers: z.array(z.string()).optional(),
  /** Who wrote which fields last: `fieldsV1` has a key `f:NAME` for each, and those below it. */
  managedFields: z
    .array(
      z.object({ manager: z.string().optional(), time: z.string().optional(), fieldsV1: z.record(z.string(), z.unknown()).optional() }),
    )
    .optional(),
});
