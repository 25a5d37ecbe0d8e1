import type { Source } from '../../crds/source.ts';
import { type Shown, shownBy, sourceIn } from './filled.ts';
import type { Volume } from './pod.ts';
import type { Question } from './refusal.ts';

/** Why the volumes could not show what they show now: with the sidecar, they have the policy's sources and nothing else. */
export function unshownIn({ pod: { spec }, sources, found }: Question): string | null {
  const volumes = (spec.volumes ?? []).filter((volume) => shownBy(volume).some((shown) => sourceIn(sources, shown)));
  if (volumes.length === 0 && found.kind !== 'injected')
    return `no volume of the pod shows a source of its policy (${sources.map(wordFor).join(', ')}): mount one, or let the policy not select the pod`;
  for (const volume of volumes) {
    const because = mixed(volume, sources) ?? lacking(volume, sources);
    if (because !== null) return because;
  }
  return null;
}

/** `ConfigMap web-config` */
export function wordFor({ kind, name }: Pick<Source, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

function mixed({ name, projected }: Volume, sources: readonly Source[]): string | null {
  const shown = shownBy({ name, projected } as Volume);
  const at = shown.findIndex((each) => !sourceIn(sources, each));
  if (at === -1) return null;
  const other = shown[at] ? wordFor(shown[at]) : `a ${Object.keys(projected?.sources?.[at] ?? {}).join()}`;
  return `the projected volume ${name} shows ${other} beside the policy's sources, and the sidecar has these only: split it into two volumes`;
}

function lacking({ name, ...volume }: Volume, sources: readonly Source[]): string | null {
  for (const shown of shownBy({ name, ...volume })) {
    const keys = sourceIn(sources, shown)?.keys ?? null;
    if (shown === null || keys === null) continue;
    const lacks = lackingOf(shown, keys);
    if (lacks !== null)
      return `volume ${name} shows ${lacks} of ${wordFor(shown)}, and the policy takes only ${keys.join(', ')} of it: name these in the volume's items, or let the policy take more keys`;
  }
  return null;
}

/** A volume without items shows all keys there are, which nobody knows here. */
function lackingOf({ items = [] }: Shown, keys: readonly string[]): string | null {
  if (items.length === 0) return 'every key';
  const missing = items.find(({ key }) => !keys.includes(key));
  return missing ? `the key ${missing.key}` : null;
}
