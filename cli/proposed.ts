import type { ReloadPolicy } from '../crds/reload-policy.ts';
import type { Cluster } from './cluster.ts';
import { objectsIn, type Placed } from './documents.ts';
import { type Edited, editsAmong, editsOnly } from './edits.ts';
import { readFiles } from './files.ts';
import { findPolicy, policyOf } from './objects.ts';
import { Misuse } from './outcome.ts';
import { policyIn } from './policies.ts';

/** What is to be planned. `present`: the policy as the cluster has it; null where it is not there yet. */
export type Proposed = { readonly policy: ReloadPolicy; readonly present: ReloadPolicy | null; readonly edits: readonly Edited[] };

type Asked = {
  readonly name: string | undefined;
  readonly filename?: readonly string[];
  readonly with?: readonly string[];
  readonly namespace?: string;
};

/** A policy of the cluster, or of a file with the status that the cluster has of it; and sources that files say otherwise. */
export async function proposed(cluster: Cluster, { name, filename = [], with: edited = [], namespace }: Asked): Promise<Proposed> {
  if (filename.length === 0) {
    if (name === undefined) throw new Misuse('say which policy: its name, or -f and a file that has it');
    const policy = await policyOf(cluster, name);
    return { policy, present: policy, edits: editsOnly(objectsIn(readFiles(edited)), policy) };
  }
  const objects = objectsIn(readFiles(filename));
  const file = onlyOne(policiesAmong(objects), name);
  const at = file.metadata.namespace || cluster.namespace;
  if (namespace !== undefined && at !== namespace)
    throw new Misuse(`${file.metadata.name} is of the namespace ${at}, and --namespace says ${namespace}`);
  const present = await findPolicy({ ...cluster, namespace: at }, file.metadata.name);
  const policy = asAdmitted(file, at, present);
  return { policy, present, edits: [...editsAmong(objects, policy), ...editsOnly(objectsIn(readFiles(edited)), policy)] };
}

function policiesAmong(objects: readonly Placed[]): readonly ReloadPolicy[] {
  return objects.flatMap(({ place, value }) => {
    const { policy = null, wrong = [] } = policyIn(value) ?? {};
    if (wrong.length > 0) throw new Misuse(wrong.map((it) => `${place}: ${it}`).join('\n'));
    return policy ?? [];
  });
}

function onlyOne(policies: readonly ReloadPolicy[], name: string | undefined): ReloadPolicy {
  const [first, another] = policies.filter(({ metadata }) => (name ?? metadata.name) === metadata.name);
  const names = policies.map(({ metadata }) => metadata.name).join(', ');
  if (!first) throw new Misuse(names === '' ? 'there is no ReloadPolicy in the files' : `the files have ${names}, and no ${name}`);
  if (another) throw new Misuse(`the files have several policies: say which of ${names}`);
  if (first.metadata.name === '') throw new Misuse('the ReloadPolicy in the files has no metadata.name');
  return first;
}

/** As it would be there after `kubectl apply`. */
function asAdmitted({ apiVersion, kind, metadata, spec }: ReloadPolicy, namespace: string, present: ReloadPolicy | null): ReloadPolicy {
  const { uid = '', creationTimestamp = new Date().toISOString() } = present?.metadata ?? {};
  const admitted = { apiVersion, kind, metadata: { ...metadata, namespace, uid, creationTimestamp }, spec };
  return present?.status ? { ...admitted, status: present.status } : admitted;
}
