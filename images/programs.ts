/**
 * The programs that have images: what of this repository they are, where they are in their image, and how node runs them there.
 * images/build.ts and the Dockerfiles make the same of them.
 *
 *     node images/programs.ts operator FILE    # writes one, bundled
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle } from './bundle.ts';
import { OPERATOR_ENV, OPERATOR_FLAGS } from './operator-process.ts';
import { SIDECAR_ENV, SIDECAR_FLAGS } from './sidecar-process.ts';

export type Program = {
  readonly bundled: () => Promise<Buffer>;
  readonly path: string;
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

const source = (path: string) => join(import.meta.dirname, '..', path);

export const PROGRAMS = {
  /** As ESM: 117 MB of RSS beside a cluster of ten members, 119 MB as CommonJS. */
  operator: {
    bundled: () => bundle(source('operator/main.ts'), 'esm'),
    path: 'app/operator.mjs',
    flags: OPERATOR_FLAGS,
    env: OPERATOR_ENV,
  },
  sidecar: {
    bundled: () => bundle(source('sidecar/main.ts'), 'cjs'),
    path: 'app/sidecar.cjs',
    flags: SIDECAR_FLAGS,
    env: SIDECAR_ENV,
  },
} as const satisfies Readonly<Record<string, Program>>;

if (import.meta.main) {
  const [name = '', file = ''] = process.argv.slice(2);
  const program = (PROGRAMS as Readonly<Record<string, Program>>)[name];
  if (!program || file === '') throw new Error(`which program goes into which file? ${Object.keys(PROGRAMS).join(' ')}`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, await program.bundled());
}
