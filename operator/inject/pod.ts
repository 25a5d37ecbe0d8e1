/** What injection reads of a pod; everything else is kept as it is. */
export type Pod = {
  readonly metadata?: Metadata;
  readonly spec: PodSpec;
};

type Metadata = {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
};

export type PodSpec = {
  readonly initContainers?: readonly Container[] | undefined;
  readonly containers: readonly Container[];
  readonly volumes?: readonly Volume[] | undefined;
  readonly securityContext?: User & { readonly fsGroup?: number | undefined };
  readonly shareProcessNamespace?: boolean | undefined;
  readonly automountServiceAccountToken?: boolean | undefined;
  readonly hostPID?: boolean | undefined;
  readonly hostNetwork?: boolean | undefined;
  readonly dnsPolicy?: string | undefined;
  readonly nodeSelector?: Readonly<Record<string, string>> | undefined;
  readonly os?: { readonly name: string } | undefined;
};

export type User = {
  readonly runAsUser?: number | undefined;
  readonly runAsGroup?: number | undefined;
  readonly runAsNonRoot?: boolean | undefined;
};

export type Container = {
  readonly name: string;
  readonly restartPolicy?: string | undefined;
  readonly env?: readonly EnvVar[] | undefined;
  readonly envFrom?: readonly EnvFrom[] | undefined;
  readonly ports?: readonly { readonly containerPort: number }[] | undefined;
  readonly resources?: Resources | undefined;
  readonly securityContext?: User;
  readonly volumeMounts?: readonly Mount[] | undefined;
};

type Quantities = { readonly cpu?: string | number; readonly memory?: string | number };
export type Resources = { readonly requests?: Quantities; readonly limits?: Quantities };

export type EnvVar = {
  readonly name: string;
  readonly value?: string | undefined;
  readonly valueFrom?: { readonly configMapKeyRef?: KeyRef | undefined; readonly secretKeyRef?: KeyRef | undefined } | undefined;
};
type KeyRef = { readonly name?: string; readonly key: string };

export type EnvFrom = { readonly configMapRef?: { readonly name?: string }; readonly secretRef?: { readonly name?: string } };

export type Mount = {
  readonly name: string;
  readonly mountPath: string;
  readonly readOnly?: boolean | undefined;
  readonly subPath?: string | undefined;
  readonly subPathExpr?: string | undefined;
};

export type Volume = {
  readonly name: string;
  readonly configMap?: KeysOf & { readonly name?: string; readonly defaultMode?: number };
  readonly secret?: KeysOf & { readonly secretName?: string; readonly defaultMode?: number };
  readonly projected?: { readonly defaultMode?: number; readonly sources?: readonly Projection[] };
  readonly emptyDir?: { readonly medium?: string; readonly sizeLimit?: string };
};

/** One of several that a projected volume lays over each other; others than the first two are none of ours. */
export type Projection = {
  readonly configMap?: KeysOf & { readonly name?: string };
  readonly secret?: KeysOf & { readonly name?: string };
  readonly serviceAccountToken?: object;
};

/** Which keys a volume shows, and where; without `items` all of them, at their own names. */
export type KeysOf = { readonly items?: readonly Item[] | undefined; readonly optional?: boolean | undefined };
export type Item = { readonly key: string; readonly path: string; readonly mode?: number };

export function allContainers({ spec }: Pod): readonly Container[] {
  return [...(spec.initContainers ?? []), ...spec.containers];
}
