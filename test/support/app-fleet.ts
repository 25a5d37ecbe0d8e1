import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { CANARY } from './canary.ts';
import type { Kind } from './fleet.ts';

export type AppFleet = {
  readonly replicas: number;
  /** YAML of `spec.waves`. */
  readonly waves: string;
  readonly maxUnavailable: number;
  /** What a reload takes the app. */
  readonly reloadMs: number;
  readonly source: 'ConfigMap' | 'Secret';
  /** The app watches its files, and is told nothing. */
  readonly watches?: boolean;
};

/** A fleet of test/support/reload-app.ts: told over HTTP or by its files, and asked over HTTP what it runs. */
export function appFleet({ replicas, waves, maxUnavailable, reloadMs, source, watches = false }: AppFleet): Kind {
  const secret = source === 'Secret';
  return {
    replicas,
    manifests: {
      policy: `
apiVersion: fleetreload.dev/v1alpha1
kind: ReloadPolicy
metadata: { name: web }
spec:
  sources: [{ ${secret ? 'secret' : 'configMap'}: { name: web-config } }]
  targets: { selector: { matchLabels: { app: web } } }
  handle:
    ${watches ? 'fileWatch: {}' : 'http: { port: 8080, path: /-/reload }'}
    verify: { http: { port: 8080, path: /version, jsonPath: $.version, equals: { source: web-config, key: version } } }
    timeout: 6s
    retries: 0
  waves: ${waves}
  maxUnavailable: ${maxUnavailable}
`,
      pods: podsOf(replicas, reloadMs, secret, watches),
    },
    source: (content, annotations) => ({
      apiVersion: 'v1',
      kind: source,
      metadata: { name: 'web-config', annotations },
      [secret ? 'stringData' : 'data']: {
        'app.json': content,
        version: (JSON.parse(content) as { version: string }).version,
        ...(secret && { password: CANARY }),
      },
    }),
    first: appConfig('v1'),
    container: 'app',
    told: /^told /,
    serves: versionAt,
  };
}

/** More than its version: `refuse` (why), `unreadyAfterMs`, `health`, `errors`, or what the app does not look at. */
export function appConfig(version: string, more: object = {}): string {
  return JSON.stringify({ version, ...more });
}

function versionAt(ip: string): Promise<string> {
  return new Promise((resolve) => {
    get({ host: ip, port: 8080, path: '/version', agent: false, timeout: 5000 }, (response) => {
      let body = '';
      response.on('data', (part: Buffer) => (body += part.toString()));
      response.on('end', () => resolve((JSON.parse(body) as { version: string }).version));
    })
      .on('timeout', function (this: { destroy: () => void }) {
        this.destroy();
      })
      .on('error', (error) => resolve(`no answer: ${error.message}`));
  });
}

function podsOf(replicas: number, reloadMs: number, secret: boolean, watches: boolean): string {
  const folder = secret ? 'secrets' : 'configmaps';
  const script = readFileSync(`${import.meta.dirname}/reload-app.ts`, 'utf8').replaceAll(/^/gm, '    ');
  return `
apiVersion: v1
kind: ConfigMap
metadata: { name: app }
data:
  app.ts: |
${script}
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 5
      securityContext: { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: RuntimeDefault } }
      initContainers:
        - name: fleet-reload
          image: localhost/fleet-reload-sidecar:dev
          restartPolicy: Always
          startupProbe: { httpGet: { path: /startup, port: 9902 }, periodSeconds: 1, failureThreshold: 86400 }
          securityContext: &locked { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          volumeMounts:
            - { name: web-config, mountPath: /fleet/files/${folder}/web-config }
            - { name: web-config-stable, mountPath: /fleet/bootstrap/${folder}/web-config, readOnly: true }
            - { name: fleet-state, mountPath: /fleet/state }
            - { name: fleet-token, mountPath: /fleet/token, readOnly: true }
            - { name: fleet-ca, mountPath: /fleet/ca, readOnly: true }
      containers:
        - name: app
          image: localhost/node:24
          command: [node, /srv/app.ts]
          env: [{ name: RELOAD_MS, value: "${reloadMs}" }, { name: WATCHES, value: "${watches}" }]
          readinessProbe: { httpGet: { path: /healthz, port: 8080 }, periodSeconds: 1, failureThreshold: 1 }
          securityContext: *locked
          volumeMounts:
            - { name: web-config, mountPath: /config, readOnly: true }
            - { name: app, mountPath: /srv, readOnly: true }
      volumes:
        - { name: web-config, emptyDir: { medium: Memory, sizeLimit: 4Mi } }
        - { name: web-config-stable, ${secret ? 'secret: { secretName: web-config-stable' : 'configMap: { name: web-config-stable'}, optional: true } }
        - { name: fleet-state, emptyDir: { sizeLimit: 8Mi } }
        - name: fleet-token
          projected: { sources: [{ serviceAccountToken: { audience: fleetreload.dev, expirationSeconds: 3600, path: token } }] }
        - { name: fleet-ca, configMap: { name: fleetreload-ca, optional: true } }
        - { name: app, configMap: { name: app } }
`;
}
