import type { Source } from '../../crds/source.ts';
import type { SourcePath } from '../../sidecar/protocol.ts';
import type { Item, KeysOf, Pod, Volume } from './pod.ts';

/** The sidecar's variable that lists the volumes it fills, as JSON. */
export const FILLED = 'FLEETRELOAD_VOLUMES';

/** A volume of the app that the sidecar fills. */
export type FilledVolume = {
  readonly name: string;
  /** Several where a projected volume lays them over each other: the later one wins. */
  readonly sources: readonly ShownSource[];
  /** Folders that it makes for what the pod mounts inside. */
  readonly mountPoints?: readonly string[];
};

type ShownSource = {
  readonly source: SourcePath;
  /** Whether the pod may start without it, and without any of its items. */
  readonly optional: boolean;
  readonly mode: number;
  readonly items?: readonly Item[];
};

/** What a volume shows of one ConfigMap or Secret. */
export type Shown = KeysOf & { readonly kind: Source['kind']; readonly name: string };

/** What a volume shows, in its order. Null is what a projected volume shows of anything else, such as a token. */
export function shownBy({ configMap, secret, projected }: Volume): readonly (Shown | null)[] {
  if (configMap) return [{ ...configMap, kind: 'ConfigMap', name: configMap.name ?? '' }];
  if (secret) return [{ ...secret, kind: 'Secret', name: secret.secretName ?? '' }];
  return (projected?.sources ?? []).map((each) => {
    if (each.configMap) return { ...each.configMap, kind: 'ConfigMap', name: each.configMap.name ?? '' };
    return each.secret ? { ...each.secret, kind: 'Secret', name: each.secret.name ?? '' } : null;
  });
}

export function sourceIn(sources: readonly Source[], shown: { readonly kind: string; readonly name: string } | null): Source | undefined {
  return sources.find(({ kind, name }) => kind === shown?.kind && name === shown.name);
}

/** The volumes that show sources, which the sidecar is going to fill. */
export function filledBy(sources: readonly Source[], { spec }: Pod): readonly FilledVolume[] {
  const asKubelet = modeFor(spec.securityContext?.fsGroup);
  return (spec.volumes ?? []).flatMap((volume) => {
    const shown = shownBy(volume).filter((each) => each !== null && sourceIn(sources, each) !== undefined) as readonly Shown[];
    if (shown.length === 0) return [];
    const mode = asKubelet((volume.configMap ?? volume.secret ?? volume.projected)?.defaultMode ?? 0o644);
    return [
      {
        name: volume.name,
        sources: shown.map((each) => ({ source: pathOf(each), optional: each.optional ?? false, mode, ...itemsOf(each, asKubelet) })),
      },
    ];
  });
}

export function pathOf({ kind, name }: Pick<Source, 'kind' | 'name'>): SourcePath {
  return `${kind === 'Secret' ? 'secrets' : 'configmaps'}/${name}`;
}

function itemsOf({ items = [] }: Shown, asKubelet: (mode: number) => number): { readonly items?: readonly Item[] } {
  if (items.length === 0) return {};
  return { items: items.map(({ key, path, mode }) => ({ key, path, ...(typeof mode === 'number' && { mode: asKubelet(mode) }) })) };
}

/** With an fsGroup the kubelet makes files of read-only volumes readable to their owner and group, whatever their mode says. */
function modeFor(fsGroup: number | undefined): (mode: number) => number {
  return (mode) => (typeof fsGroup === 'number' ? mode | 0o440 : mode);
}
