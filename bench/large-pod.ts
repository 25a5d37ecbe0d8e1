import type { Pod } from '../operator/inject/inject.ts';

/** 30 containers and 40 volumes. Half of its volumes show sources `config-0` to `config-15`; every container mounts ten of them. */
export function largePod(app: string): Pod {
  const volumes = Array.from({ length: 40 }, (_, i) => ({
    name: `volume-${i}`,
    configMap: { name: i % 2 === 0 ? `config-${(i / 2) % 16}` : `other-${i}`, items: items(20), defaultMode: 0o644 },
  }));
  const containers = Array.from({ length: 30 }, (_, i) => ({
    name: `app-${i}`,
    image: 'registry.example.com/shop/app@sha256:0f8fad5bd9cb469fa16570867728950e0f8fad5bd9cb469fa16570867728950e',
    env: Array.from({ length: 100 }, (_, e) => ({
      name: `VARIABLE_${e}`,
      valueFrom: { configMapKeyRef: { name: `other-${e}`, key: `key-${e}` } },
    })),
    volumeMounts: Array.from({ length: 10 }, (_, m) => ({ name: `volume-${(i + m) % 40}`, mountPath: `/etc/app/${m}` })),
  }));
  return { metadata: { labels: { app, tier: 'front' } }, spec: { securityContext: { runAsUser: 101, fsGroup: 101 }, containers, volumes } };
}

function items(count: number) {
  return Array.from({ length: count }, (_, i) => ({ key: `key-${i}.conf`, path: `sites/${i}/key-${i}.conf` }));
}
