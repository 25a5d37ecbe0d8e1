/** Writes the CustomResourceDefinitions and their reference pages: `node crds/generate.ts`. Twice gives the same bytes. */

import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { definition } from './definition.ts';
import { GROUP } from './kind.ts';
import { reference } from './reference.ts';
import { reloadKind } from './reload.ts';
import { reloadPolicyKind } from './reload-policy.ts';

for (const kind of [reloadPolicyKind, reloadKind]) {
  const yaml = stringify(definition(kind), { lineWidth: 0 });
  write(`${GROUP}_${kind.plural}.yaml`, `# Made by crds/generate.ts from the zod types beside it: change those.\n${yaml}`);
  write(`../docs/reference/${kind.singular}.md`, reference(kind));
}

function write(path: string, text: string): void {
  writeFileSync(new URL(path, import.meta.url), text);
}
