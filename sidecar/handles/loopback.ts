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
export type Answer =
  /** `asked`: such as `GET 127.0.0.1:8080/version`. */
  | { readonly kind: 'answer'; readonly asked: string; readonly body: Buffer; readonly encoding: string | undefined }
  /** `told`: the app may have read the request. `absent`: nobody listens. */
  | { readonly kind: 'failed'; readonly because: string; readonly told: boolean; readonly absent?: boolean };

/**
 * Asks the pod's own loopback, and nobody else: no proxy, no redirect, a connection of its own, an answer that is bounded in size and time. 2xx is an
 * answer; of another one's words, `hide` hides what is nobody's business.
 */
export async function ask(request: Request, timeoutMs: number, signal: AbortSignal, hide: Hide): Promise<Answer> {
  const since = performance.now();
  const answer = await askAt('127.0.0.1', request, timeoutMs, signal, hide);
  if (answer.kind === 'answer' || answer.absent !== true) return answer;
  // Nobody was told. It may be one that listens on IPv6 alone.
  const six = await askAt('::1', request, timeoutMs - (performance.now() - since), signal, hide);
  return six.kind === 'failed' && !six.told ? answer : six;
}

function askAt(host: string, request: Request, timeoutMs: number, signal: AbortSignal, hide: Hide): Promise<Answer> {
  const { port, path, method, headers } = request;
  const authority = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
  const asked = `${method} ${authority}${oneLine(path, 80)}`;
  return new Promise((resolve) => {
    const fail = (what: string, told: boolean, absent = false) =>
      end({ kind: 'failed', because: `${asked} ${what}`, told, ...(absent && { absent }) });
    const options = {
      host,
      port,
      path,
      method,
      agent: false,
      headers: [...headers.flatMap((each) => [each.name, each.value]), ...lengthOf(method, authority)],
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
      sent?.destroy();
      resolve(answer);
    };
    let sent: http.ClientRequest | undefined;
    try {
      sent = http.request(options);
    } catch (error) {
      return fail(`cannot be asked: ${reasonOf(error)}`, false);
    }
    signal.addEventListener('abort', abort);
    sent.on('socket', (socket) => socket.on('connect', () => (connected = true)));
    sent.on('error', (error) =>
      connected ? fail(endOf(error), true) : fail(`could not be connected: ${reasonOf(error)}`, false, isCode(error, 'ECONNREFUSED')),
    );
    sent.on('upgrade', (_, socket) => {
      socket.destroy();
      fail('answered 101: that is another protocol', true);
    });
    sent.on('response', (response) => {
      const pieces: Buffer[] = [];
      let bytes = 0;
      response.on('data', (piece: Buffer) => {
        bytes += piece.length;
        if (bytes > BODY_BYTES) return fail(`answered ${response.statusCode} with more than ${BODY_BYTES / 1024} KiB`, true);
        pieces.push(piece);
      });
      response.on('error', (error) => fail(endOf(error), true));
      response.on('end', () => {
        const body = Buffer.concat(pieces);
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) return end({ kind: 'answer', asked, body, encoding: response.headers['content-encoding'] });
        const said = status >= 300 && status < 400 ? 'redirects are not followed' : oneLine(hide(body.toString('utf8')));
        fail(`answered ${status}${said === '' ? '' : `: ${said}`}`, true);
      });
    });
    sent.end();
  });
}

/** Headers given as a list are sent as they are, so what node would add is said here. */
function lengthOf(method: string, authority: string): string[] {
  return ['Host', authority, 'Connection', 'close', ...(method === 'GET' ? [] : ['Content-Length', '0'])];
}

/** Node's parser says what it did not expect; TLS and other protocols on the port end here, too. */
function endOf(error: Error): string {
  const isParsing = 'code' in error && String(error.code).startsWith('HPE_');
  return isParsing ? `answered no HTTP: ${reasonOf(error)}` : `broke off: ${reasonOf(error)}`;
}
