import { z } from 'zod';
import { cut } from '../../crds/because.ts';
import type { Operation } from './patch.ts';

/** What the API server asks: a pod that somebody is about to make, as it was sent. */
export type Asked = {
  readonly uid: string;
  /** That of the request: in the pod it is often not said yet. */
  readonly namespace: string;
  /** Nothing may come of it but the answer. */
  readonly dryRun: boolean;
  readonly pod: Readonly<Record<string, unknown>>;
};

const API_VERSION = 'admission.k8s.io/v1';
const KIND = 'AdmissionReview';

const Review = z.object({
  apiVersion: z.literal(API_VERSION),
  kind: z.literal(KIND),
  request: z.object({
    uid: z.string().min(1).max(128),
    resource: z.object({ group: z.literal(''), version: z.literal('v1'), resource: z.literal('pods') }),
    subResource: z.literal('').optional(),
    operation: z.literal('CREATE'),
    namespace: z.string().min(1).max(63),
    dryRun: z.boolean().optional(),
    // The API server has read it as a pod. Anybody else who reaches us has not.
    object: z.looseObject({ metadata: z.looseObject({}), spec: z.looseObject({ containers: z.array(z.looseObject({})) }) }),
  }),
});

/** Or what is wrong with it, without a word of the pod, which may have secrets in its environment. */
export function askedIn(body: string): Asked | string {
  const parsed = Review.safeParse(jsonIn(body));
  if (!parsed.success) return `no review of a new pod: ${parsed.error.issues.map(({ path }) => path.join('.') || 'the body').join(', ')}`;
  const { uid, namespace, dryRun = false, object } = parsed.data.request;
  return { uid, namespace, dryRun, pod: object };
}

/** kubectl shows no more of it where there are several. */
const WARNING_MAX = 1024;

/** The pod is let in whatever we say of it: a config that cannot be staged is no reason not to run. */
export function answerTo({ uid }: Asked, patch: readonly Operation[], warning: string | null): string {
  const response = {
    uid,
    allowed: true,
    ...(patch.length > 0 && { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
    ...(warning !== null && { warnings: [cut(warning, WARNING_MAX)] }),
  };
  return JSON.stringify({ apiVersion: API_VERSION, kind: KIND, response });
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
