/** A load generator: a connection a request, at a steady rate, so that a reload that drops connections shows as failed requests. */

import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export type Load = {
  readonly requests: () => number;
  /** An answer other than 200, none within 2 s, or a broken connection. */
  readonly failed: () => number;
  /** The last failure in words. */
  readonly lastFailure: () => string | null;
  /** Which pods have answered with that version, such as `v3`. */
  readonly servedBy: (version: string) => ReadonlySet<string>;
};

const PER_SECOND = 100;
const TIMEOUT_MS = 2000;
/** It stops by itself, whatever becomes of the story. */
const LONGEST_MS = 15 * 60_000;

/** Pods answer `VERSION POD`. */
export function load(url: string, signal: AbortSignal): Load {
  const seen = new Map<string, Set<string>>();
  let requests = 0;
  let failed = 0;
  let lastFailure: string | null = null;
  const fail = (because: string) => {
    failed += 1;
    lastFailure = because;
  };
  const served = (body: string) => {
    const [version = '', pod = ''] = body.trim().split(' ');
    seen.set(version, (seen.get(version) ?? new Set()).add(pod));
  };
  void steadily(PER_SECOND, AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]), () => {
    requests += 1;
    fetchOnce(url).then(served, (error: Error) => fail(error.message));
  });
  return {
    requests: () => requests,
    failed: () => failed,
    lastFailure: () => lastFailure,
    servedBy: (version) => seen.get(version) ?? new Set(),
  };
}

/** The body of an answer 200, over a connection of its own. */
export function fetchOnce(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, timeout: TIMEOUT_MS }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response
        .on('error', reject)
        .on('end', () => (response.statusCode === 200 ? resolve(body) : reject(new Error(`status ${response.statusCode}`))));
    });
    request.on('error', reject).on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)));
  });
}

/** Calls `once` so many times a second; what a busy moment held up is not made up for in a burst. */
async function steadily(perSecond: number, signal: AbortSignal, once: () => void): Promise<void> {
  const stepMs = 1000 / perSecond;
  for (let next = Date.now(); !signal.aborted; next = Math.max(next + stepMs, Date.now() - 50)) {
    const wait = next - Date.now();
    if (wait > 0) await sleep(wait);
    if (!signal.aborted) once();
  }
}
