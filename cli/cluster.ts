import { connectAs, type Kube } from '../operator/kube/client.ts';
import { findCredentials } from '../operator/kube/credentials.ts';
import { VERSION } from '../operator/version.ts';

/** Beside each write: who is asked later by whom a verb was said finds the plugin, and not the operator. */
export const MANAGER = { fieldManager: 'kubectl-reload' };

export type Flags = { readonly kubeconfig?: string; readonly context?: string; readonly namespace?: string };

export type Cluster = { readonly kube: Kube; readonly namespace: string };

/** As kubectl finds it. No request is made yet; throws in words where there is nothing to find. */
export async function openCluster({ kubeconfig, context, namespace }: Flags): Promise<Cluster> {
  const credentials = context ? await contextOf(kubeconfig, context) : await findCredentials(kubeconfig, process.env);
  return { kube: connectAs(credentials, { version: VERSION }), namespace: namespace ?? credentials.namespace };
}

/** Loaded only here, as in findCredentials: `inject` and `--help` need no client-node. */
async function contextOf(kubeconfig: string | undefined, context: string) {
  const { loadKubeconfig } = await import('../operator/kube/kubeconfig.ts');
  return loadKubeconfig(kubeconfig, context);
}
