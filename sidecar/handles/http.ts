import type { Handle } from '../protocol.ts';
import type { Hide } from '../redact.ts';
import { ask } from './loopback.ts';
import type { Fired } from './signal.ts';

/** Calls the app's own reload endpoint. A refusal is its status and the first line of its body. */
export async function callReload(
  handle: Extract<Handle, { kind: 'http' }>,
  timeoutMs: number,
  signal: AbortSignal,
  wallClock: () => number,
  hide: Hide,
): Promise<Fired> {
  const at = wallClock();
  const answer = await ask(handle, timeoutMs, signal, hide);
  return answer.kind === 'answer' ? { kind: 'fired', at } : answer;
}
