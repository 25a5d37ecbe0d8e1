import { z } from 'zod';
import type { Pod } from '../operator/inject/inject.ts';

/** A pod, or what pods are made from, in an object of a file. */
export type Template = {
  /** `Deployment web` */
  readonly what: string;
  readonly namespace: string | undefined;
  readonly pod: Pod;
  /** The object with this pod in place of its own. */
  readonly with: (pod: Pod) => unknown;
};

const PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

const Container = z.looseObject({
  name: z.string(),
  volumeMounts: z.array(z.looseObject({ name: z.string(), mountPath: z.string() })).optional(),
  env: z.array(z.looseObject({ name: z.string() })).optional(),
  envFrom: z.array(z.looseObject({})).optional(),
  ports: z.array(z.looseObject({})).optional(),
});

const Head = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), generateName: z.string(), namespace: z.string() }).partial().optional(),
});

/** What injection looks into has the shape that it has in Kubernetes, whose API server says the rest. */
const PodShape = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()).optional() }).optional(),
  spec: z.looseObject({
    containers: z.array(Container).min(1),
    initContainers: z.array(Container).optional(),
    volumes: z.array(z.looseObject({ name: z.string() })).optional(),
  }),
});

/** Null where the object makes no pods; a sentence where it should, and is not what Kubernetes has under that name. */
export function templateOf(object: unknown): Template | string | null {
  const { kind = '', metadata = {} } = Head.safeParse(object).data ?? {};
  const path = PATHS[kind];
  if (!path) return null;
  const what = `${kind} ${metadata.name ?? metadata.generateName ?? 'without a name'}`;
  const pod = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
  const wrong = PodShape.safeParse(pod).error?.issues[0];
  if (wrong) return `${what}: ${[...path, ...wrong.path].join('.')}: ${wrong.message}`;
  return { what, namespace: metadata.namespace, pod: pod as Pod, with: (other) => replaced(object, path, other) };
}

function replaced(object: unknown, [key, ...path]: readonly string[], value: unknown): unknown {
  if (key === undefined) return value;
  const values = object as Readonly<Record<string, unknown>>;
  return { ...values, [key]: replaced(values[key], path, value) };
}
