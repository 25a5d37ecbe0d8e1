import { type Dirent, linkSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Said } from './canary.ts';
import type { Pod } from './containers.ts';
import { kubectl } from './kubectl.ts';
import { keepManagers } from './managers.ts';
import type { Operator } from './operator.ts';

/*
 * All that a cluster says anywhere but in Secrets. Pods take their logs with them, and namespaces their objects: so logs are kept as pods change,
 * and objects before a namespace goes.
 */

const home = () => dirname(process.env.KUBECONFIG ?? '');
const kept = (...path: readonly string[]) => join(home(), 'said', ...path);

/** Links its logs: what is written to them until it is gone can be read afterwards, too. */
export function keepLogs({ metadata: { namespace, name, uid } }: Pick<Pod, 'metadata'>): void {
  const folder = `${namespace}_${name}_${uid}`;
  const from = join(home(), 'podlogs', folder);
  for (const file of filesBelow(from)) {
    const to = kept('logs', folder, relative(from, file));
    mkdirSync(dirname(to), { recursive: true });
    try {
      linkSync(file, to);
    } catch (error) {
      // Linked already, or gone since we looked.
      if (!['EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

/** What the objects of a namespace say before it goes, who wrote to them, and what the operator says in its metrics. */
export async function keepWords(namespace: string, operator: Operator): Promise<void> {
  await keepManagers(namespace);
  mkdirSync(kept('words'), { recursive: true });
  const words = [...(await objectsIn('--namespace', namespace)), ...(await metricsOf(operator))];
  writeFileSync(kept('words', `${namespace}-${Date.now()}.json`), JSON.stringify(words));
}

/** Of the whole run: what was kept, and what there is now. */
export async function everythingSaid(operator: Operator): Promise<readonly Said[]> {
  const cluster = new RegExp(`/kube-${process.env.CLUSTER}(-sys)?(/|$)`, 'm');
  return [
    ...['log', 'podlogs', 'said/logs']
      .flatMap((folder) => filesBelow(join(home(), folder)))
      .map((file) => ({ where: file, text: read(file) })),
    ...filesBelow(kept('words')).flatMap((file) => JSON.parse(readFileSync(file, 'utf8')) as readonly Said[]),
    ...(await objectsIn('--all-namespaces')),
    ...(await metricsOf(operator)),
    ...processesWhere((pid) => cluster.test(read(`/proc/${pid}/cgroup`))),
  ];
}

async function metricsOf(operator: Operator): Promise<readonly Said[]> {
  const asked = operator.pods().map(async ({ metadata, status }): Promise<readonly Said[]> => {
    const answer = await fetch(`http://${status?.podIP}:9090/metrics`).catch(() => null);
    return answer === null ? [] : [{ where: `metrics of ${metadata.name}`, text: await answer.text() }];
  });
  return (await Promise.all(asked)).flat();
}

export function processesWhere(isOurs: (pid: number) => boolean): readonly Said[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && isOurs(Number(entry)))
    .flatMap((pid) => [
      { where: `argv of process ${pid}`, text: read(`/proc/${pid}/cmdline`) },
      { where: `environment of process ${pid}`, text: read(`/proc/${pid}/environ`) },
    ]);
}

/** Of every kind that can be listed, Events too, but of Secrets; with who manages what. */
async function objectsIn(...where: readonly string[]): Promise<readonly Said[]> {
  const namespaced = where.includes('--namespace') ? ['--namespaced=true'] : [];
  const kinds = (await kubectl(['api-resources', '--verbs=list', '-o', 'name', ...namespaced])).trim().split('\n');
  const asked = kinds.filter((kind) => kind !== 'secrets').join();
  const { items } = JSON.parse(await kubectl(['get', asked, ...where, '--show-managed-fields', '-o', 'json'])) as {
    readonly items: readonly { readonly kind: string; readonly metadata: { readonly namespace?: string; readonly name: string } }[];
  };
  return items.map((item) => ({
    where: `${item.kind} ${[item.metadata.namespace, item.metadata.name].filter(Boolean).join('/')}`,
    text: JSON.stringify(item),
  }));
}

function filesBelow(folder: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

/** None where it is not there, or not any more. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** Empty where it is gone. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
