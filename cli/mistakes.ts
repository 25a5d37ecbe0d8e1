import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { sourcesOf } from '../crds/source.ts';
import { inject } from '../operator/inject/inject.ts';
import { matches } from '../operator/kube/selector.ts';
import { windowOf } from '../operator/observe/windows.ts';
import type { Placed } from './documents.ts';
import type { Template } from './templates.ts';

type PlacedPolicy = { readonly place: string; readonly policy: ReloadPolicy };
type PlacedTemplate = { readonly place: string; readonly template: Template };
type Files = {
  readonly policies: readonly PlacedPolicy[];
  readonly templates: readonly PlacedTemplate[];
  readonly sources: readonly Placed[];
};

/** What the webhook would put in is not looked at. */
const OPTIONS = { image: 'sidecar', operator: 'fleet-reload:8443' };

/** What the API server takes, and nobody wants. What is in none of the files may be elsewhere, and is no mistake. */
export function mistakesIn(files: Files): readonly string[] {
  return [
    ...files.policies.flatMap((it) => [...windowMistakes(it), ...selectorMistakes(it, files), ...sourceMistakes(it, files)]),
    ...files.templates.flatMap((it) => templateMistakes(it, files)),
  ];
}

/** What the API server cannot tell: whether a cron or a zone means anything. */
function windowMistakes({ place, policy }: PlacedPolicy): readonly string[] {
  const windows = windowOf(policy.spec.windows, 0);
  return windows.kind === 'mistake' ? [`${place}: ReloadPolicy ${policy.metadata.name}: ${windows.because}`] : [];
}

function selectorMistakes({ place, policy }: PlacedPolicy, { templates }: Files): readonly string[] {
  const near = templates.filter(({ template }) => sameNamespace(policy, template.namespace));
  if (near.length === 0 || near.some(({ template }) => selects(policy, template))) return [];
  return [
    `${place}: ReloadPolicy ${policy.metadata.name}: spec.targets.selector selects none of the pods in the files: give it labels of a pod template`,
  ];
}

function sourceMistakes({ place, policy }: PlacedPolicy, { sources }: Files): readonly string[] {
  return sourcesOf(policy.spec.sources).flatMap(({ kind, name, keys }) => {
    const found = sources
      .map(({ value }) => value as Source)
      .find((it) => it.kind === kind && it.metadata?.name === name && sameNamespace(policy, it.metadata.namespace));
    if (found === undefined) return [];
    const has = new Set([found.data, found.stringData, found.binaryData].flatMap((data) => Object.keys(data ?? {})));
    const missing = (keys ?? []).filter((key) => !has.has(key));
    const what = `${place}: ReloadPolicy ${policy.metadata.name}: ${kind} ${name}`;
    return [
      ...missing.map((key) => `${what} has no key ${key}: it has ${[...has].join(', ') || 'none'}`),
      ...(found.immutable === true ? [`${what} is immutable: no edit of it can ever be rolled out`] : []),
    ];
  });
}

type Source = {
  readonly kind: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly data?: object;
  readonly stringData?: object;
  readonly binaryData?: object;
  readonly immutable?: boolean;
};

function templateMistakes({ place, template }: PlacedTemplate, { policies }: Files): readonly string[] {
  const claims = policies
    .map(({ policy }) => policy)
    .filter((policy) => sameNamespace(policy, template.namespace) && selects(policy, template));
  if (claims.length === 0) return [];
  const names = claims.map(({ metadata }) => metadata.name);
  if (names.length > 1) return [`${place}: ${template.what} is selected by ${names.join(' and ')}: only the oldest of them has it`];
  const injection = inject(template.pod, claims, OPTIONS);
  return injection.kind === 'refused' ? [`${place}: ${template.what} is refused by policy ${injection.policy}: ${injection.because}`] : [];
}

function selects({ spec }: ReloadPolicy, { pod }: Template): boolean {
  return matches(spec.targets.selector, pod.metadata?.labels ?? {});
}

/** Where one of them names none, both are meant for wherever they are applied. */
function sameNamespace({ metadata }: ReloadPolicy, namespace: string | undefined): boolean {
  return metadata.namespace === '' || namespace === undefined || metadata.namespace === namespace;
}
