import { isUtf8 } from 'node:buffer';
import type { SourceFile } from './content.ts';
import { ownBytes } from './own-bytes.ts';
import type { SourceObject } from './source-object.ts';

export const configMap: SourceObject = {
  plural: 'configmaps',
  filesOf: ({ data = {}, binaryData = {} }) => [
    ...Object.entries(data).map(([key, text]): SourceFile => ({ key, bytes: ownBytes(text, 'utf8') })),
    ...Object.entries(binaryData).map(([key, base64]): SourceFile => ({ key, bytes: ownBytes(base64, 'base64') })),
  ],
  /** Text where the bytes are text, so that people can read what is kept. */
  bodyOf: (files) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    data: Object.fromEntries(files.filter(({ bytes }) => isUtf8(bytes)).map(({ key, bytes }) => [key, bytes.toString('utf8')])),
    binaryData: Object.fromEntries(files.filter(({ bytes }) => !isUtf8(bytes)).map(({ key, bytes }) => [key, bytes.toString('base64')])),
  }),
};
