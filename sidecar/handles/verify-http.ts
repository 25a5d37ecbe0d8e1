import { isUtf8 } from 'node:buffer';
import type { Verify } from '../protocol.ts';
import type { Hide } from '../redact.ts';
import { oneLine, seconds } from '../sentence.ts';
import { atPath } from './json-path.ts';
import { type Answer, ask } from './loopback.ts';
import type { Look } from './verify-workers.ts';

/** Asks the app what it runs. `expected` is trimmed; where it comes from a Secret neither it nor the answer is told. */
export async function lookOverHttp(
  verify: Extract<Verify, { kind: 'http' }>,
  expected: string,
  tookMs: number,
  timeoutMs: number,
  signal: AbortSignal,
  hide: Hide,
): Promise<Look> {
  const answer = await ask({ port: verify.port, path: verify.path, method: 'GET', headers: [] }, timeoutMs, signal, hide);
  if (answer.kind === 'failed') return { kind: 'not yet', because: answer.because, absent: answer.absent === true };
  const said = valueIn(answer, verify.jsonPath, hide);
  if (said.value === expected) return { kind: 'proved' };
  const secret = verify.equals !== 'Revision' && verify.equals.source.startsWith('secrets/');
  if (secret) return { kind: 'not yet', because: `${answer.asked} did not answer with the value expected within ${seconds(tookMs)}` };
  return {
    kind: 'not yet',
    because: `${answer.asked} answered ${said.shown} for ${seconds(tookMs)}, not ${quoted(expected, hide)}`,
  };
}

/** Null: no value that could be compared. */
type Said = { readonly value: string | null; readonly shown: string };

function valueIn({ body, encoding }: Extract<Answer, { kind: 'answer' }>, jsonPath: string | null, hide: Hide): Said {
  if (encoding !== undefined && encoding !== 'identity')
    return { value: null, shown: `in ${quoted(encoding, hide)}, which nobody asked for` };
  // Decoded, other bytes might look like those expected.
  if (!isUtf8(body)) return { value: null, shown: 'bytes that are no UTF-8' };
  const text = body.toString('utf8');
  if (jsonPath === null) return plain(text, hide);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own words have a piece of the body in them, cut anywhere.
    return { value: null, shown: `no JSON (${quoted(text, hide)})` };
  }
  const found = atPath(value, jsonPath);
  if (found === undefined) return { value: null, shown: `nothing at ${jsonPath}` };
  return plain(typeof found === 'string' ? found : written(found), hide);
}

/** What is nested too deeply to be written is not what anybody expects. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return '[…';
  }
}

function plain(text: string, hide: Hide): Said {
  return { value: text.trim(), shown: quoted(text, hide) };
}

/** Hidden before it is cut, since half a secret is one, too. */
function quoted(text: string, hide: Hide): string {
  return JSON.stringify(oneLine(hide(text), 80));
}
