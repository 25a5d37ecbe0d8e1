import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { sourcesOf } from '../../crds/source.ts';
import { pathOf } from '../../operator/kube/paths.ts';
import { CA_CONFIG_MAP } from '../../operator/link/authority.ts';
import { VERSION } from '../../operator/version.ts';
import type { Cluster } from '../cluster.ts';
import { policiesIn } from '../objects.ts';
import { type Operator, operatorsIn } from '../operators.ts';
import { type Finding, finding } from './finding.ts';
import { definitions, sidecars, versionsApart } from './skew.ts';

/** A Lease that is not renewed for so many of its durations has no holder. */
const DURATIONS = 3;

const INSTALL = 'install one by the chart, helm install fleet-reload charts/fleet-reload -n fleet-reload-system --create-namespace';

/** What has to be there before anything can be rolled out. `system`: the operator's namespace, where it is not to be looked for. */
export async function installation(cluster: Cluster, system?: string): Promise<readonly Finding[]> {
  const { kube, namespace } = cluster;
  let operators: readonly Operator[] = [];
  return [
    await finding('the API server knows ReloadPolicy and Reload', async () => {
      await policiesIn(cluster);
      return null;
    }),
    await finding('an operator is installed', async () => {
      operators = await operatorsIn(cluster, system);
      const where = system === undefined ? '' : ` in ${system}`;
      return operators.length > 0 ? null : `no Deployment${where} has the label app.kubernetes.io/name=fleet-reload: ${INSTALL}`;
    }),
    ...(await Promise.all(operators.map((operator) => ofOperator(cluster, operator)))).flat(),
    ...(operators.length === 0 ? [] : await ofAll(cluster, operators)),
    await finding(`members in ${namespace} can trust the operator`, async () => {
      if ((await policiesIn(cluster)).length === 0) return null;
      const ca = await kube.get(pathOf({ apiVersion: 'v1', plural: 'configmaps' }, { namespace, name: CA_CONFIG_MAP }));
      return ca === null ? `there is no ConfigMap ${CA_CONFIG_MAP}: an operator that leads makes it, so look at its log` : null;
    }),
  ];
}

/** What they have to be together, for this namespace. */
async function ofAll(cluster: Cluster, operators: readonly Operator[]): Promise<readonly Finding[]> {
  const { namespace } = cluster;
  return [
    { what: `an operator looks at ${namespace}`, wrong: overlooked(namespace, operators) },
    await finding(`policies in ${namespace} may name the Secrets that they name`, async () =>
      secretsMissing(namespace, await policiesIn(cluster), operators),
    ),
    await definitions(cluster, operators),
    await sidecars(cluster, operators),
  ];
}

async function ofOperator({ kube }: Cluster, operator: Operator): Promise<readonly Finding[]> {
  const { namespace, name, lease, webhook } = operator;
  const leases = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' };
  const webhooks = { apiVersion: 'admissionregistration.k8s.io/v1', plural: 'mutatingwebhookconfigurations' };
  return [
    { what: `the replicas of ${name} in ${namespace} are Ready`, wrong: replicasMissing(operator) },
    await finding('an operator leads', async () =>
      leaderMissing(await kube.get<Lease>(pathOf(leases, { namespace, name: lease })), operator, Date.now()),
    ),
    await finding('the webhook gives pods the sidecar', async () =>
      webhookMissing(await kube.get<Webhooks>(pathOf(webhooks, { name: webhook })), webhook),
    ),
    { what: 'plugin and operator are of one version', wrong: versionsApart(VERSION, operator) },
  ];
}

export function overlooked(namespace: string, operators: readonly Operator[]): string | null {
  if (operators.some((it) => isIn(namespace, it.namespaces))) return null;
  const looks = operators.map((it) => `${it.name} in ${it.namespace} looks at ${it.namespaces?.join(', ')}`);
  return `${looks.join(' and ')} only: add ${namespace} to the value namespaces of its chart`;
}

export function secretsMissing(namespace: string, policies: readonly ReloadPolicy[], operators: readonly Operator[]): string | null {
  const naming = policies.filter(({ spec }) => sourcesOf(spec.sources).some(({ kind }) => kind === 'Secret'));
  if (naming.length === 0 || operators.some((it) => isIn(namespace, it.namespaces) && isIn(namespace, it.secretsIn))) return null;
  const names = naming.map(({ metadata }) => metadata.name).join(', ');
  return `${names} names Secrets, and the operator reads none there: set the chart's value secrets.enabled, or add ${namespace} to secrets.namespaces`;
}

function isIn(namespace: string, namespaces: readonly string[] | null): boolean {
  return namespaces === null || namespaces.includes(namespace);
}

export type Lease = {
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string; readonly leaseDurationSeconds?: number };
};
export type Webhooks = { readonly webhooks?: readonly { readonly clientConfig: { readonly caBundle?: string } }[] };

export function replicasMissing({ namespace, name, ready, replicas }: Operator): string | null {
  if (replicas === 0) return `there are to be none: kubectl scale -n ${namespace} deployment/${name} --replicas=2`;
  if (ready >= replicas) return null;
  return `${ready} of ${replicas} are: see why by kubectl describe pods -n ${namespace} -l app.kubernetes.io/name=fleet-reload`;
}

export function leaderMissing(lease: Lease | null, { namespace, lease: name }: Operator, now: number): string | null {
  const { holderIdentity, renewTime = '', leaseDurationSeconds = 15 } = lease?.spec ?? {};
  if (!holderIdentity) return `nobody holds the Lease ${name} in ${namespace}: a replica that runs takes it, so look at their logs`;
  if (now - Date.parse(renewTime) <= leaseDurationSeconds * 1000 * DURATIONS) return null;
  return `${holderIdentity} has not renewed the Lease in ${namespace} since ${renewTime}: look at the pods there, kubectl get pods -n ${namespace}`;
}

export function webhookMissing(found: Webhooks | null, name: string): string | null {
  if (found === null)
    return `there is no MutatingWebhookConfiguration ${name}: upgrade the release, which makes it, or write the sidecar into manifests by \`inject\``;
  const isTrusted = found.webhooks?.every(({ clientConfig }) => clientConfig.caBundle);
  return isTrusted
    ? null
    : 'it has no caBundle yet, so that pods start without a sidecar: an operator that leads fills it in, so look at its log';
}
