import type { Handle } from '../protocol.ts';
import type { Fired, Found } from './signal.ts';

/** There is nobody to look for. What must be there is a way to ask the app, since nothing else says what it took. */
export function lookForVerify({ verify }: Extract<Handle, { kind: 'fileWatch' }>): Found {
  if (verify?.kind === 'http') return { kind: 'seen', before: null };
  return { kind: 'failed', because: 'handle.fileWatch needs handle.verify.http, and the policy has none', told: false };
}

/** The swap has told the app. */
export function fireNothing(wallClock: () => number): Fired {
  return { kind: 'fired', at: wallClock() };
}
