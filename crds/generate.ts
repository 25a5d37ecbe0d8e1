/** The CustomResourceDefinitions and their reference pages. `node crds/generate.ts` writes them; twice gives the same bytes. */

import { writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { definition } from './definition.ts';
import { GROUP } from './kind.ts';
import { reference } from './reference.ts';
import { reloadKind } from './reload.ts';
import { reloadPolicyKind } from './reload-policy.ts';

export type Generated = { readonly path: URL; readonly text: string };

export function generated(): readonly Generated[] {
  return [reloadPolicyKind, reloadKind].flatMap((kind) => {
    const name = `${GROUP}_${kind.plural}.yaml`;
    const text = `${MADE_BY}${stringify(definition(kind), { lineWidth: 0 })}`;
    return [
      { path: here(name), text },
      { path: here(`../charts/fleet-reload/definitions/${name}`), text },
      { path: here(`../docs/reference/${kind.singular}.md`), text: reference(kind) },
    ];
  });
}

const MADE_BY = '# Made by crds/generate.ts from the zod types beside it: change those.\n';

function here(path: string): URL {
  return new URL(path, import.meta.url);
}

if (import.meta.main) for (const { path, text } of generated()) writeFileSync(path, text);
