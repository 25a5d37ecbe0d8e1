import type { Source } from '../crds/source.ts';

/** Where the operator may look, as its options say. The chart makes Roles that say the same. */
export type Rights = {
  /** Those with policies; null: all. */
  readonly namespaces: readonly string[] | null;
  /** Those of which policies may name Secrets; null: all of the former. */
  readonly secretsIn: readonly string[] | null;
};

/** What it sees by now. A namespace's own people can take our Roles away, so that it may be less than the options say. */
export type Sees = {
  /** In ms since 1970; null: not yet. */
  readonly policiesSince: (namespace: string) => number | null;
  readonly secrets: (namespace: string) => boolean;
  /** They are of no namespace: who may look into some only, sees none. */
  readonly nodes: boolean;
};

export const ALL_RIGHTS: Rights = Object.freeze({ namespaces: null, secretsIn: null });
export const SEES_ALL: Sees = Object.freeze({ policiesSince: () => 0, secrets: () => true, nodes: true });

/** Where to list what it watches: in each of these namespaces, or (null) in all of them at once. */
export function placesOf({ namespaces, secretsIn }: Rights, kind?: Source['kind']): readonly (string | null)[] {
  return (kind === 'Secret' ? (secretsIn ?? namespaces) : namespaces) ?? [null];
}
