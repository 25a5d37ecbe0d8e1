import { pathOf } from '../../operator/kube/paths.ts';
import { CA_CONFIG_MAP } from '../../operator/link/authority.ts';
import type { Cluster } from '../cluster.ts';
import { policiesIn } from '../objects.ts';
import { type Finding, finding } from './finding.ts';

/** A Lease that is not renewed for so many of its durations has no holder. */
const DURATIONS = 3;

/** What has to be there before anything can be rolled out. `system`: the operator's namespace. */
export async function installation(cluster: Cluster, system: string): Promise<readonly Finding[]> {
  const { kube, namespace } = cluster;
  const lease = { apiVersion: 'coordination.k8s.io/v1', plural: 'leases' };
  const webhooks = { apiVersion: 'admissionregistration.k8s.io/v1', plural: 'mutatingwebhookconfigurations' };
  return [
    await finding('the API server knows ReloadPolicy and Reload', async () => {
      await policiesIn(cluster);
      return null;
    }),
    await finding('an operator leads', async () =>
      leaderMissing(await kube.get<Lease>(pathOf(lease, { namespace: system, name: 'fleet-reload' })), system, Date.now()),
    ),
    await finding('the webhook gives pods the sidecar', async () =>
      webhookMissing(await kube.get<Webhooks>(pathOf(webhooks, { name: 'fleet-reload' }))),
    ),
    await finding(`members in ${namespace} can trust the operator`, async () => {
      if ((await policiesIn(cluster)).length === 0) return null;
      const ca = await kube.get(pathOf({ apiVersion: 'v1', plural: 'configmaps' }, { namespace, name: CA_CONFIG_MAP }));
      return ca === null ? `there is no ConfigMap ${CA_CONFIG_MAP}: an operator that leads makes it, so look at its log` : null;
    }),
  ];
}

export type Lease = {
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string; readonly leaseDurationSeconds?: number };
};
export type Webhooks = { readonly webhooks?: readonly { readonly clientConfig: { readonly caBundle?: string } }[] };

export function leaderMissing(lease: Lease | null, system: string, now: number): string | null {
  const { holderIdentity, renewTime = '', leaseDurationSeconds = 15 } = lease?.spec ?? {};
  if (!holderIdentity)
    return `nobody holds the Lease fleet-reload in ${system}: install the operator there, or name its namespace by --system`;
  if (now - Date.parse(renewTime) <= leaseDurationSeconds * 1000 * DURATIONS) return null;
  return `${holderIdentity} has not renewed the Lease in ${system} since ${renewTime}: look at the pods there, kubectl get pods -n ${system}`;
}

export function webhookMissing(found: Webhooks | null): string | null {
  if (found === null)
    return 'there is no MutatingWebhookConfiguration fleet-reload: install it, or write the sidecar into manifests by `inject`';
  const isTrusted = found.webhooks?.every(({ clientConfig }) => clientConfig.caBundle);
  return isTrusted
    ? null
    : 'it has no caBundle yet, so that pods start without a sidecar: an operator that leads fills it in, so look at its log';
}
