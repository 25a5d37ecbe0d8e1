import { connectAs, type Kube } from '../operator/kube/client.ts';
import { findCredentials } from '../operator/kube/credentials.ts';
import { VERSION } from '../operator/version.ts';

/** Beside each write: who is asked later by whom a verb was said finds the plugin, and not the operator. */
export const MANAGER = { fieldManager: 'kubectl-reload' };

export type Flags = { readonly kubeconfig?: string; readonly context?: string; readonly namespace?: string };

export type Cluster = { readonly kube: Kube; readonly namespace: string };

/** As kubectl finds it. No request is made yet; throws in words where there is nothing to find. */
export async function openCluster({ kubeconfig, context, namespace }: Flags): Promise<Cluster> {
  const credentials = await (context ? contextOf(kubeconfig, context) : findCredentials(kubeconfig, process.env)).catch(inASentence);
  return { kube: connectAs(credentials, { version: VERSION }), namespace: namespace ?? credentials.namespace };
}

/** Loaded only here, as in findCredentials: `inject` and `--help` need no client-node. */
async function contextOf(kubeconfig: string | undefined, context: string) {
  const { loadKubeconfig } = await import('../operator/kube/kubeconfig.ts');
  return loadKubeconfig(kubeconfig, context);
}

/** Behind the first line of a fault of YAML comes a drawing of the place. */
function inASentence(error: Error): never {
  if (error.name !== 'YAMLException') throw error;
  throw new Error(`the kubeconfig is no YAML: ${error.message.split('\n')[0]}`, { cause: error });
}
