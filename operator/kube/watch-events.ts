import { refusalOf, type Status } from './errors.ts';
import { garbled, linesOf } from './watch-lines.ts';

/** What every object has. */
export type KubeObject = {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly uid: string; readonly resourceVersion: string };
};

export type WatchEvent<R> =
  | { readonly kind: 'put'; readonly object: R; readonly version: string }
  | { readonly kind: 'drop'; readonly object: R; readonly version: string }
  /** Nothing of ours happened up to `version`. `whole`: the objects that were there at the start have all been told. */
  | { readonly kind: 'bookmark'; readonly version: string; readonly whole: boolean };

/** Throws KubeError: 'Garbled', or what an ERROR line says, such as 'Expired'. `what` is the request, for messages. */
export async function* eventsOf<R extends KubeObject>(what: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<WatchEvent<R>> {
  for await (const line of linesOf(body)) if (line.trim() !== '') yield eventOf<R>(what, line);
}

type Line = { readonly type?: string; readonly object?: { readonly metadata?: Meta } };
type Meta = {
  readonly name?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly annotations?: Readonly<Record<string, string>>;
};

function eventOf<R extends KubeObject>(what: string, text: string): WatchEvent<R> {
  const { type, object } = parsed(text);
  if (type === 'ERROR') throw refusalOf(what, 500, (object ?? null) as Status | null);
  const { name, uid, resourceVersion: version, annotations } = object?.metadata ?? {};
  if (!version) throw garbled('has no resourceVersion');
  if (type === 'BOOKMARK') return { kind: 'bookmark', version, whole: annotations?.['k8s.io/initial-events-end'] === 'true' };
  if (!name || !uid) throw garbled('has no name or uid');
  if (type === 'ADDED' || type === 'MODIFIED') return { kind: 'put', object: object as unknown as R, version };
  if (type === 'DELETED') return { kind: 'drop', object: object as unknown as R, version };
  throw garbled('is of no known type');
}

function parsed(text: string): Line {
  try {
    const line: unknown = JSON.parse(text);
    if (typeof line === 'object' && line !== null) return line;
  } catch {
    // Told below: the parser's own message quotes the text.
  }
  throw garbled('is no JSON object');
}
