import { kubectl } from './kubectl.ts';

/**
 * A real Prometheus in that namespace that scrapes its fleet each second; where it answers, once it does. To ask again costs nothing.
 * Debian's is built without the discovery of Kubernetes: it finds the pods by DNS, and they name themselves in their series.
 */
export async function prometheus(namespace: string): Promise<string> {
  await kubectl(['apply', '-n', namespace, '-f', '-'], manifestsOf(namespace));
  await kubectl(['rollout', 'status', '-n', namespace, 'deployment/prometheus', '--timeout=60s']);
  return `http://prometheus.${namespace}:9090`;
}

function manifestsOf(namespace: string): string {
  return `
apiVersion: v1
kind: Service
metadata: { name: web-pods }
spec: { clusterIP: None, selector: { app: web } }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: prometheus }
data:
  prometheus.yml: |
    global: { scrape_interval: 1s }
    scrape_configs:
      - job_name: app
        dns_sd_configs: [{ names: [web-pods.${namespace}.svc.cluster.local], type: A, port: 8080, refresh_interval: 1s }]
---
apiVersion: v1
kind: Service
metadata: { name: prometheus }
spec:
  selector: { app: prometheus }
  ports: [{ port: 9090 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: prometheus }
spec:
  selector: { matchLabels: { app: prometheus } }
  template:
    metadata: { labels: { app: prometheus } }
    spec:
      automountServiceAccountToken: false
      terminationGracePeriodSeconds: 1
      securityContext: { runAsNonRoot: true, runAsUser: 65534, seccompProfile: { type: RuntimeDefault } }
      containers:
        - name: prometheus
          image: localhost/prometheus:1
          readinessProbe: { httpGet: { path: /-/ready, port: 9090 }, periodSeconds: 1 }
          securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: [ALL] } }
          volumeMounts:
            - { name: config, mountPath: /etc/prometheus }
            - { name: data, mountPath: /prometheus }
      volumes:
        - { name: config, configMap: { name: prometheus } }
        - { name: data, emptyDir: {} }
`;
}
