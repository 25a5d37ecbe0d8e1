import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { parse, parseAllDocuments, stringify } from 'yaml';
import type { Kind } from './fleet.ts';

/** The fleet of examples/nginx itself, with fewer pods and shorter bakes: so the example is what is tested. */
export function nginxFleet({ replicas, ...spec }: { readonly replicas: number } & Spec): Kind {
  const policy = parse(read('3-policy.yaml')) as Manifest;
  const [deployment] = parseAllDocuments(read('4-web.yaml')).map((document) => document.toJS() as Manifest);
  return {
    replicas,
    manifests: {
      policy: stringify({ ...policy, metadata: { name: policy.metadata.name }, spec: { ...policy.spec, ...spec } }),
      pods: stringify({
        ...deployment,
        metadata: { name: deployment?.metadata.name },
        spec: { ...deployment?.spec, replicas },
      }),
    },
    source: (content, annotations) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'web-config', annotations },
      data: { 'default.conf': content },
    }),
    first: page('v1'),
    container: 'nginx',
    told: /signal 1 \(SIGHUP\) received/,
    serves: versionAt,
  };
}

type Spec = {
  readonly waves: readonly { readonly upTo: number | string; readonly bake: string }[];
  readonly maxUnavailable: string | number;
};
type Manifest = { readonly metadata: { readonly name: string }; readonly spec: Readonly<Record<string, unknown>> };

/** A config whose pages say the version. */
export function page(version: string, more = ''): string {
  return pageWith(version, 'return 200 "ready\\n";', more);
}

/** nginx knows no such directive, and keeps its old config. */
export function badPage(version: string): string {
  return page(version, 'keepalive_timeot 65;');
}

/** nginx takes it, and the first two probes pass. They all come from one address, so that the third one is answered 503. */
export function slowPoison(version: string): string {
  const limit = 'limit_req_zone $binary_remote_addr zone=health:32k rate=6r/m;\n';
  return (
    limit +
    pageWith(version, 'limit_req zone=health burst=1 nodelay; try_files /none @ready;', 'location @ready { return 200 "ready\\n"; }')
  );
}

function pageWith(version: string, healthz: string, more: string): string {
  return `server {
  listen 8080;
  ${more}
  add_header X-Config ${version} always;
  location = /healthz { access_log off; ${healthz} }
  location / { return 200 "${version} $hostname\\n"; }
}
`;
}

/** By the header of a connection of its own: what a worker answers that was started by the last reload. */
function versionAt(ip: string): Promise<string> {
  return new Promise((resolve) => {
    get({ host: ip, port: 8080, path: '/', agent: false, timeout: 5000 }, (response) => {
      response.resume();
      resolve(String(response.headers['x-config']));
    })
      .on('timeout', function (this: { destroy: () => void }) {
        this.destroy();
      })
      .on('error', (error) => resolve(`no answer: ${error.message}`));
  });
}

function read(file: string): string {
  return readFileSync(`${import.meta.dirname}/../../examples/nginx/${file}`, 'utf8');
}
