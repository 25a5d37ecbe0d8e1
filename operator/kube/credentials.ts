import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isIPv6 } from 'node:net';

/** Where the API server is and who we are. */
export type Credentials = {
  readonly server: URL;
  /** The pod's own namespace, or that of the kubeconfig's context. */
  readonly namespace: string;
  /** Read again now and then, since tokens and certificates change under us. */
  readonly read: () => Promise<Credential>;
};

export type Credential = {
  /** `authorization`, or none with a client certificate. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: Tls;
};

export type Tls = {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
};

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** A kubeconfig that is named, else $KUBECONFIG, else the pod's ServiceAccount, else ~/.kube/config. */
export async function findCredentials(kubeconfig: string | undefined, env: NodeJS.ProcessEnv): Promise<Credentials> {
  const named = kubeconfig || env['KUBECONFIG'];
  if (!named && env['KUBERNETES_SERVICE_HOST']) return serviceAccount(env);
  if (!named && !existsSync(`${homedir()}/.kube/config`)) {
    throw new Error('no API server found: set KUBECONFIG to a kubeconfig file, or run in a pod with a ServiceAccount token');
  }
  // Loaded only here: the package costs 50 MB, which a pod need not pay.
  const { loadKubeconfig } = await import('./kubeconfig.ts');
  return loadKubeconfig(kubeconfig);
}

/** `folder` has the kubelet's files token, ca.crt and namespace. */
export async function serviceAccount(env: NodeJS.ProcessEnv, folder = ACCOUNT): Promise<Credentials> {
  const host = env['KUBERNETES_SERVICE_HOST'] ?? '';
  return {
    server: new URL(`https://${isIPv6(host) ? `[${host}]` : host}:${env['KUBERNETES_SERVICE_PORT'] ?? '443'}`),
    namespace: (await readFile(`${folder}/namespace`, 'utf8')).trim(),
    read: async () => {
      const [token, ca] = await Promise.all([readFile(`${folder}/token`, 'utf8'), readFile(`${folder}/ca.crt`)]);
      return { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } };
    },
  };
}
