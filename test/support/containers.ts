import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A pod as these tests look at it. */
export type Pod = {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly status?: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly ContainerStatus[];
    readonly initContainerStatuses?: readonly ContainerStatus[];
  };
};

type ContainerStatus = {
  readonly name: string;
  readonly restartCount: number;
  readonly containerID?: string;
  readonly state?: { readonly running?: object };
};

export function isReady({ metadata, status }: Pod): boolean {
  return metadata.deletionTimestamp === undefined && (status?.conditions ?? []).some((it) => it.type === 'Ready' && it.status === 'True');
}

export function restartsOf(pod: Pod, container: string): number {
  return statusOf(pod, container)?.restartCount ?? 0;
}

/** The first process of the container, by its pid on this machine: the node's processes are processes of the machine. */
export function pidOf(pod: Pod, container: string): number {
  const status = statusOf(pod, container);
  const id = status?.state?.running && status.containerID?.replace(/^.*\/\//, '');
  if (!id) throw new Error(`container ${container} of ${pod.metadata.name} does not run`);
  const [first] = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && read(`/proc/${entry}/cgroup`).includes(id))
    .map((entry) => ({ pid: Number(entry), startTime: startTimeOf(entry) }))
    .toSorted((a, b) => a.startTime - b.startTime || a.pid - b.pid);
  if (!first) throw new Error(`container ${container} of ${pod.metadata.name} has no process`);
  return first.pid;
}

/** Every line that the container wrote, in all its lives: as the kubelet keeps them on the node, so that it needs no API server. */
export function linesOf({ metadata: { namespace, name, uid } }: Pod, container: string): readonly string[] {
  const folder = join(dirname(process.env.KUBECONFIG ?? ''), 'podlogs', `${namespace}_${name}_${uid}`, container);
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.log'))
    .toSorted((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .flatMap((file) => read(join(folder, file)).split('\n'))
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\S+ std(out|err) [FP] /, ''));
}

function statusOf({ status }: Pod, container: string): ContainerStatus | undefined {
  return [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].find(({ name }) => name === container);
}

/** In ticks since the machine booted: field 22 of proc(5), counted behind the name's last bracket. */
function startTimeOf(pid: string): number {
  const stat = read(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 0);
}

/** Empty where it is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
