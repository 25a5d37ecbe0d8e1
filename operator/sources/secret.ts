import type { SourceFile } from './content.ts';
import { ownBytes } from './own-bytes.ts';
import type { SourceObject } from './source-object.ts';

export const secret: SourceObject = {
  plural: 'secrets',
  filesOf: ({ data = {} }) => Object.entries(data).map(([key, base64]): SourceFile => ({ key, bytes: ownBytes(base64, 'base64') })),
  /** Opaque: a kept kubernetes.io/tls would have to have keys that the policy may have left out. */
  bodyOf: (files) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'Opaque',
    data: Object.fromEntries(files.map(({ key, bytes }) => [key, bytes.toString('base64')])),
  }),
};
