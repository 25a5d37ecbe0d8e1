import { ReloadPolicy } from '../crds/reload-policy.ts';
import { objectsIn, type Placed } from './documents.ts';
import type { File } from './inject.ts';
import { mistakesIn } from './mistakes.ts';
import type { Outcome } from './outcome.ts';
import { sentenceOf } from './sentence.ts';
import { templateOf } from './templates.ts';
import { unknownFields } from './unknown-fields.ts';

/** What the API server would refuse, and what it would take and nobody wants. Exit code 1: there is something to mend. */
export function lint(files: readonly File[]): Outcome {
  const wrong: string[] = [];
  const objects = files.flatMap((file) => opened(file, wrong));
  const policies = objects.filter(({ value }) => kindOf(value) === 'ReloadPolicy');
  const parsed = policies.map(({ place, value }) => ({ place, ...policyOf(value) }));
  const found = [
    ...wrong,
    ...parsed.flatMap(({ place, says }) => says.map((it) => `${place}: ${it}`)),
    ...mistakesIn({
      policies: parsed.flatMap(({ place, policy }) => (policy ? [{ place, policy }] : [])),
      templates: objects.flatMap(({ place, value }) => {
        const template = templateOf(value);
        return template === null || typeof template === 'string' ? [] : [{ place, template }];
      }),
      sources: objects.filter(({ value }) => ['ConfigMap', 'Secret'].includes(kindOf(value))),
    }),
  ];
  if (wrong.length > 0) return { exitCode: 2, stdout: '', said: wrong };
  if (policies.length === 0) return { exitCode: 2, stdout: '', said: ['there is no ReloadPolicy in the files'] };
  if (found.length > 0) return { exitCode: 1, stdout: '', said: found };
  return { exitCode: 0, stdout: `${policies.length === 1 ? '1 policy' : `${policies.length} policies`}: nothing to mend\n`, said: [] };
}

function opened(file: File, wrong: string[]): readonly Placed[] {
  try {
    return objectsIn([file]);
  } catch (error) {
    wrong.push(sentenceOf(error));
    return [];
  }
}

function policyOf(value: unknown): { readonly policy: ReloadPolicy | null; readonly says: readonly string[] } {
  const { metadata, spec } = value as { metadata?: { name?: string }; spec?: unknown };
  const name = metadata?.name ?? '';
  const asAdmitted = { namespace: '', uid: name, resourceVersion: '0', ...metadata };
  const { data, error } = ReloadPolicy.safeParse({ ...(value as object), metadata: asAdmitted });
  const what = `ReloadPolicy ${name || 'without a name'}`;
  if (!data) return { policy: null, says: error.issues.map(({ path, message }) => `${what}: ${path.join('.')}: ${message}`) };
  return { policy: data, says: unknownFields(spec, data.spec, 'spec').map((field) => `${what}: ${field} is no field of a ReloadPolicy`) };
}

function kindOf(value: unknown): string {
  const { kind } = (value ?? {}) as { kind?: unknown };
  return typeof kind === 'string' ? kind : '';
}
