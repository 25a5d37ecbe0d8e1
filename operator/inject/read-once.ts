import { shownBy, sourceIn } from './filled.ts';
import { allContainers, type Container } from './pod.ts';
import type { Question } from './refusal.ts';
import { wordFor } from './unshown.ts';
import type { Source } from '../../crds/source.ts';

/** What a container takes of a source when it starts, and never again: no reload would bring it an edit, and no gate would stop one. */
export function readOnceIn({ pod, sources, found }: Question): string | null {
  const shows = (pod.spec.volumes ?? []).filter((volume) => shownBy(volume).some((shown) => sourceIn(sources, shown)));
  const names = new Set([...shows, ...(found.kind === 'injected' ? found.filled : [])].map(({ name }) => name));
  for (const container of allContainers(pod)) {
    const because = subPathIn(container, names) ?? variableIn(container, sources);
    if (because !== null) return because;
  }
  return null;
}

function subPathIn({ name, volumeMounts = [] }: Container, volumes: ReadonlySet<string>): string | null {
  const mount = volumeMounts.find((each) => volumes.has(each.name) && (each.subPath || each.subPathExpr));
  if (!mount) return null;
  return `container ${name} mounts volume ${mount.name} with subPath ${mount.subPath || mount.subPathExpr}, which shows a running container no edit: mount the folder whole`;
}

function variableIn({ name, env = [], envFrom = [] }: Container, sources: readonly Source[]): string | null {
  for (const { name: variable, valueFrom } of env) {
    for (const [kind, ref] of [
      ['ConfigMap', valueFrom?.configMapKeyRef],
      ['Secret', valueFrom?.secretKeyRef],
    ] as const) {
      const source = ref && sourceIn(sources, { kind, name: ref.name ?? '' });
      // A key that the policy does not take stays out of its rollouts.
      if (source && (source.keys?.includes(ref.key) ?? true)) return unchanging(`container ${name} takes its variable ${variable}`, source);
    }
  }
  for (const { configMapRef, secretRef } of envFrom) {
    const source =
      sourceIn(sources, { kind: 'ConfigMap', name: configMapRef?.name ?? '' }) ??
      sourceIn(sources, { kind: 'Secret', name: secretRef?.name ?? '' });
    if (source) return unchanging(`container ${name} takes its variables (envFrom)`, source);
  }
  return null;
}

function unchanging(what: string, source: Source): string {
  return `${what} from ${wordFor(source)}, and variables never change in a running container: read a file instead, or take it from an object that is no source`;
}
