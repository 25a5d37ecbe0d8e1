import type { Verify } from '../protocol.ts';
import type { Hide } from '../redact.ts';
import { oneLine, seconds } from '../sentence.ts';
import { atPath } from './json-path.ts';
import { ask } from './loopback.ts';
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
  const said = valueIn(answer.body, verify.jsonPath, hide);
  if (said.value === expected) return { kind: 'proved' };
  const secret = verify.equals !== 'Revision' && verify.equals.source.startsWith('secrets/');
  const name = `GET 127.0.0.1:${verify.port}${oneLine(verify.path, 80)}`;
  if (secret) return { kind: 'not yet', because: `${name} did not answer with the value expected within ${seconds(tookMs)}` };
  return {
    kind: 'not yet',
    because: `${name} answered ${said.shown} for ${seconds(tookMs)}, not ${quoted(expected, hide)}`,
  };
}

type Said = { readonly value: string | null; readonly shown: string };

function valueIn(body: string, jsonPath: string | null, hide: Hide): Said {
  if (jsonPath === null) return plain(body, hide);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    // The parser's own words have a piece of the body in them, cut anywhere.
    return { value: null, shown: `no JSON (${quoted(body, hide)})` };
  }
  const found = atPath(value, jsonPath);
  if (found === undefined) return { value: null, shown: `nothing at ${jsonPath}` };
  return plain(typeof found === 'string' ? found : JSON.stringify(found), hide);
}

function plain(text: string, hide: Hide): Said {
  return { value: text.trim(), shown: quoted(text, hide) };
}

/** Hidden before it is cut, since half a secret is one, too. */
function quoted(text: string, hide: Hide): string {
  return JSON.stringify(oneLine(hide(text), 80));
}
