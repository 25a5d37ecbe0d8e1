import { createHash } from 'node:crypto';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { millis } from '../../crds/duration.ts';
import type { Bake, GatesSpec } from './gate.ts';

type JobSpec = NonNullable<GatesSpec['job']>;

export type Job = {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly uid: string }[];
    readonly deletionTimestamp?: string;
  };
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
};

/** Which bake and which template it was made for. */
export const MADE_FOR = 'fleetreload.dev/made-for';
const REVISION = 'fleetreload.dev/revision';
const POLICY = 'fleetreload.dev/policy';
const MANAGED_BY = 'app.kubernetes.io/managed-by';

/** Kept for so long, for people. */
const KEPT_SECONDS = 3600;

/** `web-3-w1-gate`. Its pod's name and labels begin with it, which leaves 63 characters. */
export function jobName({ policy, measure }: Bake): string {
  const { name } = policy.metadata;
  // Two long names may begin alike.
  const short = name.length <= 40 ? name : `${name.slice(0, 31).replace(/[-.]+$/, '')}-${digest(name).slice(0, 8)}`;
  return `${short}-${measure.rollout}-w${measure.wave + 1}-gate`;
}

/** The owner is asked by uid: a policy of that name that was deleted had Jobs too. */
export function isOfPolicy({ metadata }: Job, policy: ReloadPolicy): boolean {
  return (
    metadata.labels?.[MANAGED_BY] === 'fleet-reload' && metadata.ownerReferences?.some(({ uid }) => uid === policy.metadata.uid) === true
  );
}

export function printOf({ template, timeout }: JobSpec, { measure }: Bake): string {
  return digest(JSON.stringify([measure.candidate, measure.since, template, timeout])).slice(0, 16);
}

export function manifestOf(spec: JobSpec, bake: Bake, canary: readonly { readonly name: string; readonly ip: string }[]): object {
  const { policy, measure } = bake;
  const { apiVersion, kind, metadata } = policy;
  const stable = policy.status?.stableRevision;
  const env = [
    { name: 'FLEET_RELOAD_REVISION', value: measure.candidate },
    ...(stable === undefined ? [] : [{ name: 'FLEET_RELOAD_STABLE', value: stable }]),
    // Side by side: the first address is that of the first name.
    { name: 'FLEET_RELOAD_CANARIES', value: canary.map(({ name }) => name).join(',') },
    { name: 'FLEET_RELOAD_CANARY_IPS', value: canary.map(({ ip }) => ip).join(',') },
  ];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(bake),
      labels: { [MANAGED_BY]: 'fleet-reload', [POLICY]: metadata.name },
      annotations: { [REVISION]: measure.candidate, [MADE_FOR]: printOf(spec, bake) },
      // It goes with its policy.
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid }],
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: Math.ceil(millis(spec.timeout) / 1000),
      ttlSecondsAfterFinished: KEPT_SECONDS,
      // A pod that was drained off its node, say, is no failed test: it runs again elsewhere.
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] }] },
      template: {
        ...spec.template,
        spec: {
          ...spec.template.spec,
          restartPolicy: 'Never',
          ...withEnv(spec.template.spec, 'containers', env),
          ...withEnv(spec.template.spec, 'initContainers', env),
        },
      },
    },
  };
}

type Env = readonly { readonly name: string; readonly value: string }[];

/** What is no list of containers is left as it is: the API server says so better. */
function withEnv(spec: Readonly<Record<string, unknown>>, field: 'containers' | 'initContainers', env: Env): object {
  const containers = spec[field];
  return Array.isArray(containers) ? { [field]: containers.map((container: unknown) => equipped(container, env)) } : {};
}

function equipped(container: unknown, env: Env): unknown {
  if (typeof container !== 'object' || container === null) return container;
  const own = (container as { env?: unknown }).env;
  const others = Array.isArray(own) ? own.filter((it: { name?: unknown } | null) => env.every(({ name }) => name !== it?.name)) : [];
  // Its last lines come by the pod's status: so no right to read logs is needed.
  return { terminationMessagePolicy: 'FallbackToLogsOnError', ...container, env: [...env, ...others] };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
