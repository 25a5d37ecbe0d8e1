import { configMap } from './config-map.ts';
import type { SourceKind } from './content.ts';
import { secret } from './secret.ts';
import type { SourceObject } from './source-object.ts';

/** A file a kind. */
export const kinds: Readonly<Record<SourceKind, SourceObject>> = { ConfigMap: configMap, Secret: secret };
