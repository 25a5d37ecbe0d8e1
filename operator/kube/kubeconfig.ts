import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Credential, Credentials, Tls } from './credentials.ts';

/** The current context, or the one that is named, of `file`, or of $KUBECONFIG, or of ~/.kube/config: token, client certificate, or an exec plugin. */
export function loadKubeconfig(file?: string, context?: string): Credentials {
  const config = new KubeConfig();
  if (file) config.loadFromFile(file);
  else config.loadFromDefault();
  const names = config.getContexts().map(({ name }) => name);
  if (context && !names.includes(context))
    throw new Error(`the kubeconfig has no context '${context}': it has ${names.join(', ') || 'none'}`);
  if (context) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (!cluster)
    throw new Error(
      `the kubeconfig has no cluster for its current-context '${config.getCurrentContext()}'; set one with: kubectl config use-context`,
    );
  if (cluster.proxyUrl) throw new Error(`the kubeconfig's cluster '${cluster.name}' has a proxy-url, which is not supported`);
  return {
    server: new URL(cluster.server),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    read: () => readCredential(config),
  };
}

async function readCredential(config: KubeConfig): Promise<Credential> {
  const told: Tls & { headers?: Record<string, string>; auth?: string } = {};
  await config.applyToHTTPSOptions(told as Parameters<KubeConfig['applyToHTTPSOptions']>[0]);
  const { ca, cert, key, servername, rejectUnauthorized, headers, auth } = told;
  return {
    headers: { ...(auth && { authorization: `Basic ${Buffer.from(auth).toString('base64')}` }), ...headers },
    tls: {
      ...(ca && { ca }),
      ...(cert && { cert }),
      ...(key && { key }),
      ...(servername && { servername }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
    },
  };
}
