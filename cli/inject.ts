import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { inject, type InjectOptions } from '../operator/inject/inject.ts';
import { edited, type Manifest, read } from './manifests.ts';
import type { Outcome } from './outcome.ts';
import { policyIn } from './policies.ts';
import { sentenceOf } from './sentence.ts';
import { templateOf } from './templates.ts';

export type File = { readonly name: string; readonly text: string };

type Opened = File & { readonly manifests: readonly Manifest[] };

/** What became of one object, besides its value; null for one that makes no pods. */
type Word = { readonly exitCode: Outcome['exitCode']; readonly says: string } | null;
type Changed = { readonly value: unknown; readonly words: readonly Word[] };

/** Makes the webhook's change to files, for those who want it in Git. Where a pod is refused, or a file is wrong, nothing is written. The policies are those in the files, and those in `policyFiles`. */
export function injectInto(files: readonly File[], policyFiles: readonly File[], options: InjectOptions): Outcome {
  const wrong: string[] = [];
  const opened = files.map((file) => open(file, wrong));
  const policies = policiesIn([...opened, ...policyFiles.map((file) => open(file, wrong))], wrong);
  if (wrong.length === 0 && policies.length === 0)
    wrong.push('there is no ReloadPolicy in the files: name a file that has it with --policy');
  if (wrong.length > 0) return { exitCode: 2, stdout: '', said: wrong };

  const changes = opened.map((file) => ({ ...file, changes: file.manifests.map(({ value }) => changed(value, policies, options)) }));
  const words = changes.flatMap(({ name, changes }) =>
    changes.flatMap((change, i) => change.words.flatMap((word) => (word ? { ...word, says: `${placeOf(name, i)}: ${word.says}` } : []))),
  );
  const exitCode = Math.max(0, ...words.map((word) => word.exitCode)) as Outcome['exitCode'];
  const said = words.filter((word) => word.exitCode === exitCode).map(({ says }) => says);
  if (exitCode > 0) return { exitCode, stdout: '', said };
  const texts = changes.map(({ name, text, manifests, changes }) => {
    const values = changes.map(({ value }) => value);
    return edited(text, manifests, values) ?? { says: `${name}: an anchor shares what is to change with what is to stay: write it out` };
  });
  const unedited = texts.flatMap((text) => (typeof text === 'string' ? [] : text.says));
  return unedited.length > 0 ? { exitCode: 2, stdout: '', said: unedited } : { exitCode, stdout: joined(texts as string[]), said };
}

function open(file: File, wrong: string[]): Opened {
  try {
    return { ...file, manifests: read(file.text) };
  } catch (error) {
    wrong.push(`${file.name}: ${sentenceOf(error)}`);
    return { ...file, manifests: [] };
  }
}

function policiesIn(files: readonly Opened[], wrong: string[]): readonly ReloadPolicy[] {
  return files.flatMap(({ name, manifests }) =>
    manifests.flatMap(({ value }, i) =>
      objectsIn(value).flatMap((object) => {
        const written = policyIn(object);
        wrong.push(...(written?.wrong ?? []).map((it) => `${placeOf(name, i)}: ${it}`));
        return written?.policy ?? [];
      }),
    ),
  );
}

function changed(object: unknown, policies: readonly ReloadPolicy[], options: InjectOptions): Changed {
  if (isList(object)) {
    const items = object.items.map((item) => changed(item, policies, options));
    return { value: { ...object, items: items.map(({ value }) => value) }, words: items.flatMap(({ words }) => words) };
  }
  const template = templateOf(object);
  if (template === null) return { value: object, words: [] };
  if (typeof template === 'string') return { value: object, words: [{ exitCode: 2, says: template }] };
  const { what, namespace } = template;
  const injection = inject(
    template.pod,
    policies.filter(({ metadata }) => metadata.namespace === '' || namespace === undefined || metadata.namespace === namespace),
    options,
  );
  switch (injection.kind) {
    case 'injected':
      return { value: template.with(injection.pod), words: [] };
    case 'refused':
      return { value: object, words: [{ exitCode: 1, says: `${what} is refused by policy ${injection.policy}: ${injection.because}` }] };
    case 'none':
      return { value: object, words: [{ exitCode: 0, says: `${what} stays as it is: ${injection.because}` }] };
  }
}

/** As `kubectl get -o yaml` writes several objects. */
function isList(object: unknown): object is { readonly kind: string; readonly items: readonly unknown[] } {
  const { kind, items } = (object ?? {}) as { kind?: unknown; items?: unknown };
  return kind === 'List' && Array.isArray(items);
}

function objectsIn(object: unknown): readonly unknown[] {
  return isList(object) ? object.items : [object];
}

function placeOf(name: string, index: number): string {
  return `${name}, document ${index + 1}`;
}

/** One stream of documents, as kubectl reads it. */
function joined(texts: readonly string[]): string {
  return texts.reduce((all, text) => {
    if (all === '') return text;
    const ended = all.endsWith('\n') ? all : `${all}\n`;
    return /^---(\s|$)/.test(text) ? ended + text : `${ended}---\n${text}`;
  }, '');
}
