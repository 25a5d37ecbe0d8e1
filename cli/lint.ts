import { objectsIn, type Placed } from './documents.ts';
import type { File } from './inject.ts';
import { mistakesIn } from './mistakes.ts';
import type { Outcome } from './outcome.ts';
import { policyIn } from './policies.ts';
import { sentenceOf } from './sentence.ts';
import { templateOf } from './templates.ts';

/** What the API server would refuse, and what it would take and nobody wants. Exit code 1: there is something to mend. */
export function lint(files: readonly File[]): Outcome {
  const wrong: string[] = [];
  const objects = files.flatMap((file) => opened(file, wrong));
  const policies = objects.flatMap(({ place, value }) => {
    const written = policyIn(value);
    return written === null ? [] : [{ place, ...written }];
  });
  const found = [
    ...wrong,
    ...policies.flatMap((it) => it.wrong.map((says) => `${it.place}: ${says}`)),
    ...mistakesIn({
      policies: policies.flatMap(({ place, policy }) => (policy ? [{ place, policy }] : [])),
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

function kindOf(value: unknown): string {
  const { kind } = (value ?? {}) as { kind?: unknown };
  return typeof kind === 'string' ? kind : '';
}
