import { type Options, type Usage, parseOptions } from '../../operator/options.ts';

export type Installed = {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly spec?: unknown;
};
type Metadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: unknown;
  readonly annotations?: Readonly<Record<string, string>>;
};

export function keyOf({ kind, metadata: { name } }: Installed): string {
  return `${kind} ${name}`;
}

/** An object as it works: without what Helm adds, its own labels, and defaults that are written out. Flags and environment become what they set. */
export function withoutHelm({ metadata, ...object }: Installed): unknown {
  const { 'helm.sh/resource-policy': _, ...annotations } = metadata.annotations ?? {};
  const { name, namespace } = metadata;
  return { ...(plain(object) as object), metadata: { name, namespace, annotations } };
}

type Container = Readonly<Record<string, unknown>> & {
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
};

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(isOperator(value) ? runs(value) : value);
  const ours = entries.filter(([key]) => !HELMS.test(key)).map(([key, its]) => [key, plain(its)] as const);
  // What the replicas are selected by.
  return Object.fromEntries('app.kubernetes.io/instance' in value ? [['app', 'fleet-reload'] as const, ...ours] : ours);
}

const HELMS = /^(app\.kubernetes\.io\/(name|instance|version|managed-by)|helm\.sh\/chart)$/;

function isOperator(value: object): value is Container {
  return 'image' in value && 'name' in value && value.name === 'operator';
}

function runs({ args = [], env = [], imagePullPolicy = 'IfNotPresent', ...container }: Container): object {
  const said = Object.fromEntries(env.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value]])));
  const options: Options | Usage = parseOptions(args, said);
  return { ...container, imagePullPolicy, options, env: env.filter(({ valueFrom }) => valueFrom !== undefined) };
}
