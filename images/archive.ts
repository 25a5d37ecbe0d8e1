/**
 * Container images without a registry: a layer of a few files on a base that was made before, as an OCI archive.
 * Equal input gives equal bytes, so that what did not change is not imported again.
 */

import { createHash } from 'node:crypto';
import { type Entry, tar } from './tar.ts';

/** A one-layer docker archive's layer, by the digest that containerd knows it by, and what its config says. */
export type Base = { readonly digest: string; readonly size: number; readonly architecture: string; readonly env: readonly string[] };

export type Image = {
  /** Such as `localhost/fleet-reload-sidecar:dev`. */
  readonly ref: string;
  readonly base: Base;
  readonly files: readonly Entry[];
  readonly entrypoint: readonly string[];
  readonly env: readonly string[];
  readonly user: string;
  readonly dir: string;
};

/**
 * The archive names the base's layer and, unless `baseLayer` gives its bytes, leaves it out: a containerd that has the base image needs it not,
 * and imports 50 KB in place of 115 MB.
 */
export function archive(image: Image, baseLayer?: Buffer): Buffer {
  const layer = blob('application/vnd.oci.image.layer.v1.tar', tar(image.files));
  const config = blob(
    'application/vnd.oci.image.config.v1+json',
    json({
      architecture: image.base.architecture,
      os: 'linux',
      created: '1970-01-01T00:00:00Z',
      config: { User: image.user, WorkingDir: image.dir, Env: [...image.base.env, ...image.env], Entrypoint: image.entrypoint },
      rootfs: { type: 'layers', diff_ids: [image.base.digest, layer.descriptor.digest] },
    }),
  );
  const base = { mediaType: layer.descriptor.mediaType, digest: image.base.digest, size: image.base.size };
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = blob(type, json({ schemaVersion: 2, mediaType: type, config: config.descriptor, layers: [base, layer.descriptor] }));
  const annotations = { 'io.containerd.image.name': image.ref, 'org.opencontainers.image.ref.name': image.ref.replace(/^.*:/, '') };
  return tar([
    { path: 'oci-layout', bytes: json({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', bytes: json({ schemaVersion: 2, manifests: [{ ...manifest.descriptor, annotations }] }) },
    ...[manifest, config, layer].map(({ descriptor, bytes }) => ({ path: blobPath(descriptor.digest), bytes })),
    ...(baseLayer ? [{ path: blobPath(base.digest), bytes: baseLayer }] : []),
  ]);
}

function blob(mediaType: string, bytes: Buffer) {
  return { bytes, descriptor: { mediaType, digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length } };
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}
