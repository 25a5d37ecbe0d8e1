import { cut, LISTED_BECAUSE_MAX } from '../../crds/because.ts';

/** On a Namespace, with the reason; on the operator's own it freezes the whole cluster. */
export const FREEZE_ANNOTATION = 'fleetreload.dev/freeze';

/** What a Namespace says: the reason, or null where it freezes nothing. An empty reason freezes too. */
export function freezeIn(annotations: Readonly<Record<string, string>> | undefined): string | null {
  const said = annotations?.[FREEZE_ANNOTATION];
  if (said === undefined) return null;
  // It reaches status, events and terminals: one line, and nothing that steers a terminal or turns the direction of text.
  const line = said.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim();
  return line === '' ? 'no reason given' : cut(line, LISTED_BECAUSE_MAX);
}

/** Why nobody of that namespace may be signalled; `reasonIn` is what the watch knows of a Namespace. */
export function freezeOf(namespace: string, own: string, reasonIn: (namespace: string) => string | null | undefined): string | null {
  const everywhere = reasonIn(own) ?? null;
  if (everywhere !== null) return `the cluster is frozen: ${everywhere}`;
  const here = reasonIn(namespace) ?? null;
  return here === null ? null : `the namespace ${namespace} is frozen: ${here}`;
}
