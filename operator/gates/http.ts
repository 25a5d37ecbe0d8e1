import { isIPv6 } from 'node:net';
import { cut } from '../../crds/because.ts';
import { millis } from '../../crds/duration.ts';
import type { Answer } from './ask.ts';
import { type Expression, expressionOf } from './expression.ts';
import { type Edge, type Gate, type GatesSpec, mayQuote, mistake, reachable, unknown } from './gate.ts';
import { atPath } from './json-path.ts';
import { escaped, oneLine } from './words.ts';

type HttpSpec = NonNullable<GatesSpec['http']>[number];

const TIMEOUT_MS = 5_000;
const BODY_BYTES = 64 * 1024;
/** Of one gate at once: then others have their turn. */
const AT_ONCE = 16;
const BECAUSE_MAX = 160;
const DOOR_MAX = 40;

/** Asks the members themselves. A member that does not answer is wrong: a gate that nobody answers must not pass. */
export function httpGate(spec: HttpSpec, { ask, podOf, inTurn }: Pick<Edge, 'ask' | 'podOf' | 'inTurn'>): Gate {
  const expression = spec.matches === undefined ? null : expressionOf(spec.matches, inTurn);
  return {
    name: spec.name,
    spec,
    firstMs: 0,
    everyMs: millis(spec.interval),
    measure: async (bake, signal) => {
      const { measure } = bake;
      if (typeof expression === 'string') return mistake(expression);
      if (measure.canary.length === 0) return unknown('there is no member to ask');
      const pods = reachable(measure, podOf);
      const isQuoted = mayQuote(bake);
      // Which of its doors: an app may have several, and a gate be the only one to ask at this one.
      const door = cut(`:${spec.port}${spec.path}`, DOOR_MAX);
      const wrong = await eachOf(pods, AT_ONCE, async ({ name, ip }) => {
        const answer = await ask({ ...questionOf(spec, ip), timeoutMs: TIMEOUT_MS, maxBytes: BODY_BYTES }, signal);
        const because = await wrongOf(answer, spec, expression, isQuoted);
        return because === null ? [] : [{ member: name, because: cut(`${name}${door} ${because}`, BECAUSE_MAX) }];
      });
      return { kind: 'answers', asked: pods.map(({ uid }) => uid), wrong: wrong.flat() };
    },
  };
}

function questionOf({ scheme, port, path }: HttpSpec, ip: string) {
  return {
    origin: `${scheme.toLowerCase()}://${isIPv6(ip) ? `[${ip}]` : ip}:${port}`,
    path,
    method: 'GET',
    // As a kubelet's probe: nobody has a certificate for the address of a pod.
    tls: { rejectUnauthorized: false },
  } as const;
}

/** What is wrong with an answer, such as `answered 500: out of memory`; null where nothing is. */
async function wrongOf(answer: Answer, { jsonPath }: HttpSpec, expression: Expression | null, isQuoted: boolean): Promise<string | null> {
  if (answer.kind !== 'answer') return answer.because;
  const { status, body } = answer;
  if (status >= 300 && status < 400) return `answered ${status}: redirects are not followed`;
  if (status < 200 || status >= 300) {
    const words = isQuoted ? oneLine(body, BECAUSE_MAX) : '';
    return words === '' ? `answered ${status}` : `answered ${status}: ${words}`;
  }
  if (expression === null) return null;
  const value = jsonPath === undefined ? body.trim() : valueAt(body, jsonPath);
  if (value === null) return `answered ${status}, and there is nothing at ${jsonPath}`;
  switch (await expression.look(value)) {
    case 'matches':
      return null;
    case 'differs':
      return isQuoted ? `answered "${cut(escaped(value), 60)}", which does not match` : 'answered what does not match';
    case 'too long':
      return `answered ${value.length} characters, too many for this expression: use jsonPath, or a shorter one`;
  }
}

/** Null: no JSON, or nothing there. */
function valueAt(body: string, path: string): string | null {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return null;
  }
  const value = atPath(json, path);
  if (value === undefined) return null;
  return typeof value === 'string' ? value.trim() : JSON.stringify(value);
}

/** In order, at most so many at once. */
async function eachOf<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < items.length; index = next++) results[index] = await work(items[index] as T);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  return results;
}
