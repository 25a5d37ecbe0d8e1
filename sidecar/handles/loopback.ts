import http from 'node:http';
import { isCode } from '../folder.ts';
import type { Hide } from '../redact.ts';
import { oneLine, reasonOf, seconds } from '../sentence.ts';

/** An answer is read up to here; one that is larger is none that we ask for. */
const BODY_BYTES = 64 * 1024;

export type Request = {
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
};
/** `told`: the app may have read the request. */
export type Answer =
  | { readonly kind: 'answer'; readonly body: string }
  | { readonly kind: 'failed'; readonly because: string; readonly told: boolean; readonly absent?: boolean };

/** Asks the pod's own loopback, and nobody else: no proxy, no redirect, one connection, an answer that is bounded in size and time. 2xx is an answer; of another one's words, `hide` hides what is nobody's business. */
export function ask({ port, path, method, headers }: Request, timeoutMs: number, signal: AbortSignal, hide: Hide): Promise<Answer> {
  const name = `${method} 127.0.0.1:${port}${oneLine(path, 80)}`;
  return new Promise((resolve) => {
    const fail = (what: string, told: boolean, absent = false) =>
      end({ kind: 'failed', because: `${name} ${what}`, told, ...(absent && { absent }) });
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      headers: [...headers.flatMap((each) => [each.name, each.value]), ...lengthOf(method, port)],
    };
    let connected = false;
    const deadline = setTimeout(
      () =>
        fail(connected ? `did not answer within ${seconds(timeoutMs)}` : `could not be connected within ${seconds(timeoutMs)}`, connected),
      Math.max(0, timeoutMs),
    );
    const abort = () => fail('was left', connected);
    const end = (answer: Answer) => {
      clearTimeout(deadline);
      signal.removeEventListener('abort', abort);
      request?.destroy();
      resolve(answer);
    };
    let request: http.ClientRequest | undefined;
    try {
      request = http.request(options);
    } catch (error) {
      return fail(`cannot be asked: ${reasonOf(error)}`, false);
    }
    signal.addEventListener('abort', abort);
    request.on('socket', (socket) => socket.on('connect', () => (connected = true)));
    request.on('error', (error) =>
      connected
        ? fail(`broke off: ${reasonOf(error)}`, true)
        : fail(`could not be connected: ${reasonOf(error)}`, false, isCode(error, 'ECONNREFUSED')),
    );
    request.on('response', (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > BODY_BYTES) return fail(`answered ${response.statusCode} with more than ${BODY_BYTES / 1024} KiB`, true);
        pieces.push(piece);
      });
      response.on('error', (error) => fail(`broke off: ${reasonOf(error)}`, true));
      response.on('end', () => {
        const body = Buffer.concat(pieces).toString('utf8');
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) return end({ kind: 'answer', body });
        const said = status >= 300 && status < 400 ? 'redirects are not followed' : oneLine(hide(body));
        fail(`answered ${status}${said === '' ? '' : `: ${said}`}`, true);
      });
    });
    request.end();
  });
}

/** Headers given as a list are sent as they are, so what node would add is said here. */
function lengthOf(method: string, port: number): string[] {
  return ['Host', `127.0.0.1:${port}`, 'Connection', 'close', ...(method === 'GET' ? [] : ['Content-Length', '0'])];
}
