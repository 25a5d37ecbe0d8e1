import { z } from 'zod';
import type { ReloadPolicy } from '../crds/reload-policy.ts';
import { sourcesOf } from '../crds/source.ts';
import type { Placed } from './documents.ts';
import { Misuse } from './outcome.ts';

const texts = () => z.record(z.string(), z.string('a text is needed: put it in quotes')).default({});

/** A ConfigMap or Secret as a file has it. */
export type Edited = z.output<typeof Edited>;
const Edited = z.object({
  kind: z.enum(['ConfigMap', 'Secret']),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  data: texts(),
  binaryData: texts(),
  stringData: texts(),
});

/** Those of the policy's sources that are among the objects, which may be of several namespaces. */
export function editsAmong(objects: readonly Placed[], policy: ReloadPolicy): readonly Edited[] {
  const isHere = ({ metadata }: Edited) => (metadata.namespace ?? policy.metadata.namespace) === policy.metadata.namespace;
  return objects.flatMap((placed) => editOf(placed, policy) ?? []).filter(isHere);
}

/** The same, where an object that is no source of the policy is a mistake. What it is called counts, and not for which namespace it was written. */
export function editsOnly(objects: readonly Placed[], policy: ReloadPolicy): readonly Edited[] {
  return objects.flatMap((placed) => {
    if (placed.value === null || placed.value === undefined) return [];
    const edit = editOf(placed, policy);
    if (edit) return edit;
    const { kind, metadata } = placed.value as { kind?: string; metadata?: { name?: string } };
    const sources = sourcesOf(policy.spec.sources).map((source) => `${source.kind} ${source.name}`);
    throw new Misuse(
      `${placed.place}: ${kind ?? 'an object'} ${metadata?.name ?? 'without a name'} is no source of ${policy.metadata.name}: that has ${sources.join(', ')}`,
    );
  });
}

/** Null where it is something else. Throws in words where it is a source, and not as Kubernetes has them. */
function editOf({ place, value }: Placed, { spec }: ReloadPolicy): Edited | null {
  const { kind, metadata: its } = (value ?? {}) as { kind?: unknown; metadata?: { name?: unknown } };
  const isSource = sourcesOf(spec.sources).some((source) => source.kind === kind && source.name === its?.name);
  if (!isSource) return null;
  const { data, error } = Edited.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  throw new Misuse(`${place}: ${String(kind)} ${String(its?.name)}: ${issue?.path.join('.')}: ${issue?.message}`);
}
