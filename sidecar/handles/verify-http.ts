import type { Verify } from '../protocol.ts';
import { oneLine, reasonOf, seconds } from '../sentence.ts';
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
): Promise<Look> {
  const answer = await ask({ port: verify.port, path: verify.path, method: 'GET', headers: [] }, timeoutMs, signal);
  if (answer.kind === 'failed') return { kind: 'not yet', because: answer.because };
  const said = valueIn(answer.body, verify.jsonPath);
  if (said.value === expected) return { kind: 'proved' };
  const secret = verify.equals !== 'Revision' && verify.equals.source.startsWith('secrets/');
  const name = `GET 127.0.0.1:${verify.port}${oneLine(verify.path, 80)}`;
  if (secret) return { kind: 'not yet', because: `${name} did not answer with the value expected within ${seconds(tookMs)}` };
  return {
    kind: 'not yet',
    because: `${name} answered ${said.shown} for ${seconds(tookMs)}, not ${JSON.stringify(oneLine(expected, 80))}`,
  };
}

type Said = { readonly value: string | null; readonly shown: string };

function valueIn(body: string, jsonPath: string | null): Said {
  if (jsonPath === null) return plain(body);
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (error) {
    return { value: null, shown: `no JSON (${reasonOf(error)})` };
  }
  const found = atPath(value, jsonPath);
  if (found === undefined) return { value: null, shown: `nothing at ${jsonPath}` };
  return plain(typeof found === 'string' ? found : JSON.stringify(found));
}

function plain(text: string): Said {
  return { value: text.trim(), shown: JSON.stringify(oneLine(text, 80)) };
}
