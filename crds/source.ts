import { z } from 'zod';
import { dataKey, objectName } from './names.ts';
import { type Rule, ruled } from './rule.ts';
import { setOf } from './unique.ts';

const keys = setOf(z.array(dataKey('an entry of keys')).min(1).max(64))
  .optional()
  .describe('The keys that belong to the revision, such as [tls.crt, tls.key]. Without it, all of them.');
const optional = z
  .boolean()
  .default(false)
  .describe('Whether the source may be absent. An absent source has no files; one that is required and absent pauses the policy.');

const ConfigMapSource = z.object({ name: objectName('name').describe("The ConfigMap's name."), keys, optional });
const SecretSource = z.object({ name: objectName('name').describe("The Secret's name."), keys, optional });

const exactlyOne: Rule<SourceEntry> = {
  cel: 'has(self.configMap) != has(self.secret)',
  message: 'sources: an entry is exactly one of configMap, secret',
  holds: ({ configMap, secret }) => (configMap === undefined) !== (secret === undefined),
};

type SourceEntry = z.output<typeof SourceEntry>;
const SourceEntry = z.object({
  configMap: ConfigMapSource.optional().describe('A ConfigMap to watch.'),
  secret: SecretSource.optional().describe('A Secret to watch. Its bytes never appear in a status, log, event or metric.'),
});

/** One ConfigMap or Secret that a policy watches, as one value. */
export type Source = {
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string;
  /** Null: all of them. */
  readonly keys: readonly string[] | null;
  readonly optional: boolean;
};

export const Sources = ruled(z.array(ruled(SourceEntry, exactlyOne)).min(1).max(16), namedOnce('configMap'), namedOnce('secret'));

/** What `spec.sources` names, in its order. */
export function sourcesOf(entries: z.output<typeof Sources>): readonly Source[] {
  return entries.flatMap(({ configMap, secret }) => [
    ...(configMap ? [{ kind: 'ConfigMap' as const, ...configMap, keys: configMap.keys ?? null }] : []),
    ...(secret ? [{ kind: 'Secret' as const, ...secret, keys: secret.keys ?? null }] : []),
  ]);
}

function namedOnce(kind: 'configMap' | 'secret'): Rule<readonly SourceEntry[]> {
  return {
    cel: `self.filter(s, has(s.${kind})).all(a, self.exists_one(b, has(b.${kind}) && a.${kind}.name == b.${kind}.name))`,
    message: `sources: a ${kind} is named twice; put its keys into one entry`,
    holds: (entries) => {
      const names = entries.flatMap((entry) => entry[kind]?.name ?? []);
      return new Set(names).size === names.length;
    },
  };
}
