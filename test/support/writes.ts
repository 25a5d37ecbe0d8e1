import type { Fleet } from './fleet.ts';
import { kubectl } from './kubectl.ts';
import { SYSTEM } from './operator.ts';

/** How much was written that could be ours: equal at two moments, nothing was in between. */
export type Writes = Readonly<Record<string, number | string>>;

/** Kinds that nobody but users and us writes to: every request is counted, also one that changes nothing. */
const OURS = ['reloadpolicies', 'reloads', 'configmaps', 'secrets', 'tokenreviews'];
/** Kinds that others write to as well: their objects' versions in the namespaces of the fleet and of the operator. */
const SHARED = ['events', 'pods', 'configmaps', 'secrets', 'reloadpolicies.fleetreload.dev', 'reloads.fleetreload.dev'];

export async function writesOf({ namespace }: Fleet): Promise<Writes> {
  const requests = Object.fromEntries(OURS.map((resource) => [`requests to write ${resource}`, 0]));
  for (const line of (await kubectl(['get', '--raw', '/metrics'])).split('\n')) {
    const { resource = '', verb = '' } =
      /^apiserver_request_total\{.*\bresource="(?<resource>\w+)".*\bverb="(?<verb>\w+)"/.exec(line)?.groups ?? {};
    const key = `requests to write ${resource}`;
    if (key in requests && !['GET', 'LIST', 'WATCH'].includes(verb)) requests[key] = (requests[key] ?? 0) + Number(line.split(' ').at(-1));
  }
  const versions = await Promise.all(
    [namespace, SYSTEM].flatMap((of) => SHARED.map(async (kind) => [`${kind} in ${of}`, await versionsOf(kind, of)] as const)),
  );
  return { ...requests, ...Object.fromEntries(versions) };
}

function versionsOf(kind: string, namespace: string): Promise<string> {
  const columns = 'jsonpath={range .items[*]}{.metadata.name} {.metadata.resourceVersion}{"\\n"}{end}';
  return kubectl(['get', kind, '-n', namespace, '-o', columns]);
}
