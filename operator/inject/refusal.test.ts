import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { inject, type Pod } from './inject.ts';
import { aPolicy, OPTIONS } from './testing/shapes.ts';

const POLICY = `
sources: [{ configMap: { name: web-config } }, { secret: { name: web-tls, keys: [tls.crt, tls.key] } }]
handle: { signal: { container: nginx, process: nginx } }
`;
const SPEC = `
securityContext: { runAsUser: 101 }
containers: [{ name: nginx, volumeMounts: [{ name: conf, mountPath: /etc/nginx/conf.d }] }]
volumes: [{ name: conf, configMap: { name: web-config } }]
`;

/** The fields of `spec` and `policy` replace those above; `says` is the whole sentence. */
const REFUSED: readonly {
  readonly title: string;
  readonly spec?: string;
  readonly policy?: string;
  readonly user?: string;
  readonly says: string;
}[] = [
  {
    title: 'a file mounted alone',
    spec: 'containers: [{ name: nginx, volumeMounts: [{ name: conf, mountPath: /etc/nginx/nginx.conf, subPath: nginx.conf }] }]',
    says: 'container nginx mounts volume conf with subPath nginx.conf, which shows a running container no edit: mount the folder whole',
  },
  {
    title: 'a file of a name that is made of variables, mounted alone by an init container',
    spec: 'initContainers: [{ name: check, volumeMounts: [{ name: conf, mountPath: /c, subPathExpr: $(POD).conf }] }]',
    says: 'container check mounts volume conf with subPath $(POD).conf, which shows a running container no edit: mount the folder whole',
  },
  {
    title: 'a folder mounted where the volume shows an item',
    spec: `
containers: [{ name: nginx, volumeMounts: [{ name: conf, mountPath: /c }, { name: tls, mountPath: /c/sites/tls }] }]
volumes: [{ name: conf, configMap: { name: web-config, items: [{ key: a, path: a }, { key: b, path: ./sites/b }] } }, { name: tls, emptyDir: {} }]
`,
    says: "the pod mounts something at sites/tls inside volume conf, which hides the volume's item ./sites/b: mount it elsewhere, or give the item another path",
  },
  {
    title: "a folder mounted at a name that is the sidecar's",
    spec: 'containers: [{ name: nginx, volumeMounts: [{ name: conf, mountPath: /c }, { name: cache, mountPath: /c/..cache/a }] }]',
    says: "the pod mounts something at ..cache/a inside volume conf, and names that begin with '..' are the sidecar's there: mount it elsewhere",
  },
  {
    title: 'a variable from a source',
    spec: 'containers: [{ name: nginx, env: [{ name: LEVEL, valueFrom: { configMapKeyRef: { name: web-config, key: level } } }] }]',
    says: 'container nginx takes its variable LEVEL from ConfigMap web-config, and variables never change in a running container: read a file instead, or take it from an object that is no source',
  },
  {
    title: "a variable from a key that the policy takes, in an init container's environment",
    spec: 'initContainers: [{ name: init, env: [{ name: KEY, valueFrom: { secretKeyRef: { name: web-tls, key: tls.key } } }] }]',
    says: 'container init takes its variable KEY from Secret web-tls, and variables never change in a running container: read a file instead, or take it from an object that is no source',
  },
  {
    title: 'all variables from a source',
    spec: 'containers: [{ name: nginx, envFrom: [{ configMapRef: { name: other } }, { secretRef: { name: web-tls } }] }]',
    says: 'container nginx takes its variables (envFrom) from Secret web-tls, and variables never change in a running container: read a file instead, or take it from an object that is no source',
  },
  {
    title: "the node's processes",
    spec: 'hostPID: true',
    says: 'the pod has hostPID: true, with which the sidecar would see every process of the node: take it out',
  },
  {
    title: 'processes that a signal does not reach',
    spec: 'shareProcessNamespace: false',
    says: 'the pod has shareProcessNamespace: false, and the handle of its policy is a signal, which would not reach the app: take it out, or reload by http',
  },
  {
    title: 'a pod for Windows',
    spec: 'os: { name: windows }',
    says: 'the pod is for Windows nodes, and the sidecar is a Linux program: let a policy with no such pods select it',
  },
  {
    title: 'a pod for nodes with Windows',
    spec: 'nodeSelector: { kubernetes.io/os: windows }',
    says: 'the pod is for Windows nodes, and the sidecar is a Linux program: let a policy with no such pods select it',
  },
  {
    title: 'a projected volume with a token in it',
    spec: 'volumes: [{ name: all, projected: { sources: [{ configMap: { name: web-config } }, { serviceAccountToken: { path: token } }] } }]',
    says: "the projected volume all shows a serviceAccountToken beside the policy's sources, and the sidecar has these only: split it into two volumes",
  },
  {
    title: 'a projected volume with another ConfigMap in it',
    spec: 'volumes: [{ name: all, projected: { sources: [{ configMap: { name: other } }, { configMap: { name: web-config } }] } }]',
    says: "the projected volume all shows ConfigMap other beside the policy's sources, and the sidecar has these only: split it into two volumes",
  },
  {
    title: 'a volume that shows all keys, of which the policy takes some',
    spec: 'volumes: [{ name: tls, secret: { secretName: web-tls } }]',
    says: "volume tls shows every key of Secret web-tls, and the policy takes only tls.crt, tls.key of it: name these in the volume's items, or let the policy take more keys",
  },
  {
    title: 'a volume that shows a key which the policy does not take',
    spec: 'volumes: [{ name: tls, secret: { secretName: web-tls, items: [{ key: tls.crt, path: c }, { key: ca.crt, path: ca }] } }]',
    says: "volume tls shows the key ca.crt of Secret web-tls, and the policy takes only tls.crt, tls.key of it: name these in the volume's items, or let the policy take more keys",
  },
  {
    title: 'no volume of any source',
    spec: 'volumes: [{ name: conf, configMap: { name: web-confg } }, { name: secret, secret: { secretName: web-config } }]',
    says: 'no volume of the pod shows a source of its policy (ConfigMap web-config, Secret web-tls): mount one, or let the policy not select the pod',
  },
  {
    title: "a volume of one of the sidecar's names",
    spec: 'volumes: [{ name: conf, configMap: { name: web-config } }, { name: fleet-state, emptyDir: {} }]',
    says: 'the pod has a volume fleet-state, and the sidecar brings one of that name: give it another one',
  },
  {
    title: 'a volume of the name of what the pod starts on',
    spec: 'volumes: [{ name: web-config-stable, configMap: { name: web-config } }]',
    says: 'the pod has a volume web-config-stable, and the sidecar brings one of that name: give it another one',
  },
  {
    title: "somebody else's container of our name",
    spec: 'containers: [{ name: nginx }, { name: fleet-reload, image: mine }]',
    says: 'the pod has a container fleet-reload that is not ours, and ours is known by that name: give it another one',
  },
  {
    title: 'our container with words that are none of ours',
    spec: 'initContainers: [{ name: fleet-reload, env: [{ name: FLEETRELOAD_VOLUMES, value: conf }] }]',
    says: 'the pod has a container fleet-reload that is not ours, and ours is known by that name: give it another one',
  },
  {
    title: 'our container with items that are none of ours',
    spec: `
initContainers: [{ name: fleet-reload, env: [{ name: FLEETRELOAD_VOLUMES, value: '[{"name":"conf","sources":[{"items":[{"path":7}]}]}]' }] }]
containers: [{ name: nginx, volumeMounts: [{ name: conf, mountPath: /c }, { name: tls, mountPath: /c/tls }] }]
`,
    says: 'the pod has a container fleet-reload that is not ours, and ours is known by that name: give it another one',
  },
  {
    title: 'our container where it would start with the others',
    spec: 'containers: [{ name: fleet-reload, env: [{ name: FLEETRELOAD_VOLUMES, value: "[]" }] }]',
    says: 'the pod has a container fleet-reload that is not ours, and ours is known by that name: give it another one',
  },
  {
    title: "the node's network with the node's DNS",
    spec: 'hostNetwork: true',
    says: "the pod asks its node's DNS (hostNetwork: true, dnsPolicy: ClusterFirst), which does not know fleet-reload.fleet-reload-system.svc:8443: set dnsPolicy to ClusterFirstWithHostNet",
  },
  {
    title: "the node's DNS",
    spec: 'dnsPolicy: Default',
    says: "the pod asks its node's DNS (dnsPolicy: Default), which does not know fleet-reload.fleet-reload-system.svc:8443: set dnsPolicy to ClusterFirst",
  },
  {
    title: 'a container to signal that is not there',
    policy: 'handle: { signal: { container: web, process: nginx } }',
    says: 'the policy signals container web, and the pod has none of that name: let handle.signal.container be one of nginx',
  },
  {
    title: 'a user whom the image alone knows',
    spec: 'securityContext: { runAsNonRoot: true }',
    says: "the user that container nginx runs as is known to its image only, and a signal reaches its own user's processes only: say it in securityContext.runAsUser, or in the annotation fleetreload.dev/run-as-user",
  },
  {
    title: 'two users, and a signal for either of them',
    policy: 'handle: { signal: { process: nginx } }',
    spec: 'containers: [{ name: nginx }, { name: log, securityContext: { runAsUser: 1000 } }]',
    says: "containers nginx and log run as different users, and a signal reaches its own user's processes only: say which one it is for in handle.signal.container",
  },
  {
    title: 'an annotated user by name',
    user: 'nginx',
    says: 'the annotation fleetreload.dev/run-as-user is "nginx": write a user such as "101", or "101:101" with its group',
  },
  {
    title: 'an annotated user that no kernel has',
    user: '4294967296',
    says: 'the annotation fleetreload.dev/run-as-user is "4294967296": write a user such as "101", or "101:101" with its group',
  },
  {
    title: 'root by annotation, where the pod says that it is none',
    spec: 'securityContext: { runAsNonRoot: true }',
    user: '0',
    says: 'the pod says runAsNonRoot: true, and the sidecar would have to run as root: take the one or the other out',
  },
];

for (const { title, spec = '{}', policy = '{}', user, says } of REFUSED) {
  test(`refused: ${title}`, () => {
    const annotations = user === undefined ? {} : { 'fleetreload.dev/run-as-user': user };
    const pod = { metadata: { labels: { app: 'web' }, annotations }, spec: { ...parse(SPEC), ...parse(spec) } };
    assert.deepEqual(inject(pod, [aPolicy({ ...parse(POLICY), ...parse(policy) })], OPTIONS), {
      kind: 'refused',
      policy: 'web',
      because: says,
    });
  });
}

const policy = aPolicy(parse(POLICY));

function injected(spec: Pod['spec'] = parse(SPEC)): Pod {
  const injection = inject({ metadata: { labels: { app: 'web' } }, spec }, [policy], OPTIONS);
  assert.equal(injection.kind, 'injected');
  return injection.pod;
}

test('refused: a file of a filled volume that somebody mounts alone, after the pod was injected', () => {
  const pod = injected();
  const late = { name: 'late', volumeMounts: [{ name: 'conf', mountPath: '/a.conf', subPath: 'a.conf' }] };
  const again = inject({ ...pod, spec: { ...pod.spec, containers: [...pod.spec.containers, late] } }, [policy], OPTIONS);
  assert.equal(again.kind, 'refused');
  assert.match(again.because, /^container late mounts volume conf with subPath a.conf/);
});

test('refused: a folder that somebody mounts where a filled volume shows an item, after the pod was injected', () => {
  const items = [{ key: 'a', path: 'a/b' }];
  const spec = { ...parse(SPEC), volumes: [{ name: 'conf', configMap: { name: 'web-config', items } }] };
  const pod = injected(spec);
  const volumeMounts = [
    { name: 'conf', mountPath: '/c' },
    { name: 'certs', mountPath: '/c/a' },
  ];
  const again = inject(
    { ...pod, spec: { ...pod.spec, containers: [...pod.spec.containers, { name: 'late', volumeMounts }] } },
    [policy],
    OPTIONS,
  );
  assert.equal(again.kind, 'refused');
  assert.match(again.because, /^the pod mounts something at a inside volume conf, which hides the volume's item a\/b/);
});

test('not refused: a folder mounted where the keys that a volume shows are not known, or another one’s item is', () => {
  const volumeMounts = [
    { name: 'conf', mountPath: '/c' },
    { name: 'tls', mountPath: '/c/tls.crt' },
  ];
  const volumes = [
    { name: 'conf', configMap: { name: 'web-config' } },
    { name: 'tls', secret: { secretName: 'web-tls', items: [{ key: 'tls.crt', path: 'tls.crt' }] } },
  ];
  injected({ ...parse(SPEC), containers: [{ name: 'nginx', volumeMounts }], volumes });
});

test("not refused: the node's DNS, where the operator is told by its address", () => {
  const pod = { metadata: { labels: { app: 'web' } }, spec: { ...parse(SPEC), dnsPolicy: 'Default' } };
  assert.equal(inject(pod, [policy], { ...OPTIONS, operator: '10.0.0.1:8443' }).kind, 'injected');
});

test('not refused: an init container of another user, which has ended by the time of a signal', () => {
  const anybody = aPolicy({ ...parse(POLICY), handle: { signal: { process: 'nginx' } } });
  const initContainers = [{ name: 'init', securityContext: { runAsUser: 0 } }];
  const pod = { metadata: { labels: { app: 'web' } }, spec: { ...parse(SPEC), initContainers } };
  assert.equal(inject(pod, [anybody], OPTIONS).kind, 'injected');
});
