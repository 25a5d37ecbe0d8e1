import { createHash } from 'node:crypto';
import type { Source } from '../../crds/source.ts';
import { stableName } from '../sources/revisions.ts';
import { type FilledVolume, pathOf } from './filled.ts';
import type { Mount, Pod, Volume } from './pod.ts';
import { ROOM_MIB } from './resources.ts';

/** In place of the ConfigMap or Secret itself: the files that the sidecar was given, in memory, as the kubelet keeps a Secret's. */
export function inMemory({ name }: Volume): Volume {
  return { name, emptyDir: { medium: 'Memory', sizeLimit: `${ROOM_MIB}Mi` } };
}

/** What the sidecar brings along. */
export function ownVolumes(sources: readonly Source[]): readonly Volume[] {
  return [...sources.map((source) => bootstrapVolume(source, sources)), ...FLEET_VOLUMES];
}

export function ownMounts({ spec }: Pod, filled: readonly FilledVolume[], sources: readonly Source[]): readonly Mount[] {
  return [
    ...filled.map(fileMount),
    ...sources.map((source) => ({ name: nameFor(source, sources), mountPath: `/fleet/bootstrap/${pathOf(source)}`, readOnly: true })),
    ...FLEET_MOUNTS,
    // Where the API server's own admission would mount a token for its API, which the sidecar has no use for.
    ...(spec.automountServiceAccountToken === false ? [] : [{ name: 'fleet-token', mountPath: API_TOKEN, readOnly: true }]),
  ];
}

export function fileMount({ name }: FilledVolume): Mount {
  return { name, mountPath: `/fleet/files/${name}` };
}

const FLEET_VOLUMES: readonly Volume[] = [
  // The journal has digests of a Secret's files: never on a node's disk.
  { name: 'fleet-state', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } },
  {
    name: 'fleet-token',
    projected: { sources: [{ serviceAccountToken: { audience: 'fleetreload.dev', expirationSeconds: 3600, path: 'token' } }] },
  },
  { name: 'fleet-ca', configMap: { name: 'fleetreload-ca', optional: true } },
];

const API_TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';

const FLEET_MOUNTS: readonly Mount[] = [
  { name: 'fleet-state', mountPath: '/fleet/state' },
  { name: 'fleet-token', mountPath: '/fleet/token', readOnly: true },
  { name: 'fleet-ca', mountPath: '/fleet/ca', readOnly: true },
];

/** What a pod starts on when nobody answers: the last revision that passed all its gates. Not there before the first one. */
function bootstrapVolume(source: Source, sources: readonly Source[]): Volume {
  const name = nameFor(source, sources);
  const stable = stableName(source.name);
  return source.kind === 'Secret'
    ? { name, secret: { secretName: stable, optional: true } }
    : { name, configMap: { name: stable, optional: true } };
}

/** `web-config-stable`; with a digest where that is no name for a volume, or two sources of a name would share it. */
function nameFor(source: Source, sources: readonly Source[]): string {
  const plain = `${source.name}-stable`;
  const shared = sources.some(({ kind, name }) => name === source.name && kind !== source.kind);
  if (!shared && plain.length <= 63 && !plain.includes('.')) return plain;
  const digest = createHash('sha256').update(pathOf(source)).digest('hex').slice(0, 8);
  return `${source.name.replaceAll('.', '-').slice(0, 40)}-${digest}-stable`;
}
