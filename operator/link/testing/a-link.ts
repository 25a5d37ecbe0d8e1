import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';
import {
  AUDIENCE,
  type Assign,
  contentOf,
  type FileEntry,
  type FromSidecar,
  type Hello,
  LINK_PATH,
  SUBPROTOCOL,
} from '../../../sidecar/protocol.ts';
import { issue, makeAuthority } from '../certificates.ts';
import { claimsOf } from '../claims.ts';
import { NO_COUNTERS } from '../counters.ts';
import { type Assignment, type LinkOptions, openLink, type Pod } from '../link.ts';
import { turnedClock } from './turned-clock.ts';

/* For the tests of this folder: a real link on loopback, the sidecar's end of a real stream, and what they say to each other. */

/** Its pods' tokens are `tokenOf(UID)`. Everything that it logged or counted is kept. */
export async function aLink(given: Partial<LinkOptions> = {}) {
  const clock = turnedClock(Date.now()); // As TLS looks at the machine's own clock.
  const authority = await makeAuthority(clock.now());
  const pods = new Map<string, Pod>([aPod('1'), aPod('2')].map((pod) => [pod.uid, pod]));
  const logged: { message: string; fields: object }[] = [];
  const keep = (fields: object, message: string) => void logged.push({ message, fields });
  const counted: string[] = [];
  const changed: string[] = [];
  let open = 0;

  const link = await openLink({
    host: '127.0.0.1',
    port: 0,
    serving: await issue(authority, ['link.test'], clock.now()),
    review: async (token) => {
      const pod = pods.get(claimsOf(token)?.podUid ?? '');
      return pod ? { kind: 'pod', pod } : { kind: 'invalid' };
    },
    podOf: (uid) => managed(pods.get(uid)),
    onChange: (uid) => changed.push(uid),
    log: { debug: keep, info: keep, warn: keep, error: keep },
    counters: {
      ...NO_COUNTERS,
      streams: (now) => {
        open = now;
      },
      refused: (reason) => counted.push(`refused ${reason}`),
      ended: (reason) => counted.push(`ended ${reason}`),
      ignored: (frame) => counted.push(`ignored ${frame}`),
      outranked: (by) => counted.push(`outranked ${by}`),
      reviewed: () => counted.push('reviewed'),
    },
    clock,
    ...given,
  });
  const url = `wss://127.0.0.1:${link.port}${LINK_PATH}`;
  const tls = { ca: authority.cert, servername: 'link.test' };
  const dial = (token: string, more: ClientOptions = {}) =>
    new WebSocket(url, SUBPROTOCOL, { ...tls, perMessageDeflate: false, headers: { authorization: `Bearer ${token}` }, ...more });
  return {
    link,
    clock,
    authority,
    pods,
    logged,
    counted,
    changed,
    url,
    tls,
    dial,
    streams: () => open,
    /** The sidecar of that pod, connected; with a hello unless that is null. */
    join: async (uid: string, hello: Partial<Hello> | null = {}) => {
      const sidecar = aSidecar(dial(tokenOf(uid)));
      await sidecar.opened;
      if (hello !== null) sidecar.say(aHello(hello));
      return sidecar;
    },
  };
}

/** As the API server makes them, but for the signature. Ends in an hour. */
export function tokenOf(uid: string, claims: object = {}): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const said = { aud: [AUDIENCE], exp: Math.floor(Date.now() / 1000) + 3600, 'kubernetes.io': { pod: { uid } }, ...claims };
  return `${part({ alg: 'RS256' })}.${part(said)}.c2lnbmF0dXJl`;
}

/** As our own copy has it. */
export function managed(pod: Pod | undefined): (Pod & { readonly managed: boolean }) | undefined {
  return pod && { ...pod, managed: true };
}

export function aPod(n: string): Pod {
  return { uid: n, namespace: 'shop', name: `web-${n}` };
}

export type Closed = { readonly code: number; readonly says: string };

/** Frames wait in `next` until the test looks at them. */
export function aSidecar(stream: WebSocket) {
  const frames: (Buffer | object)[] = [];
  const waiting: ((frame: Buffer | object) => void)[] = [];
  stream.on('message', (data: Buffer, isBinary: boolean) => {
    const frame: Buffer | object = isBinary ? data : JSON.parse(data.toString());
    const reader = waiting.shift();
    if (reader) reader(frame);
    else frames.push(frame);
  });
  const closed = new Promise<Closed>((resolve) => {
    stream.on('close', (code, reason) => resolve({ code, says: reason.toString() }));
  });
  stream.on('error', () => {}); // What a test wants to know of it comes with `close` or `refusal`.
  const next = () => {
    const frame = frames.shift();
    return frame ? Promise.resolve(frame) : new Promise<Buffer | object>((resolve) => waiting.push(resolve));
  };
  return {
    stream,
    opened: once(stream, 'open'),
    closed,
    say: (frame: FromSidecar) => stream.send(JSON.stringify(frame)),
    next,
    assigned: async () => (await next()) as Assign,
    /** Frames that came and were not looked at. */
    unread: frames,
  };
}

/** The HTTP status and the words that a dial got in place of a stream. */
export async function refusal(stream: WebSocket): Promise<string> {
  stream.on('error', () => {});
  stream.once('open', () => stream.emit('unexpected-response', null, null));
  const [, response] = (await once(stream, 'unexpected-response')) as [unknown, (AsyncIterable<Buffer> & { statusCode: number }) | null];
  if (!response) return 'a stream';
  const body: Buffer[] = [];
  for await (const piece of response) body.push(piece);
  return `${response.statusCode} ${Buffer.concat(body).toString().trim()}`;
}

export function aHello(given: Partial<Hello> = {}): Hello {
  return { type: 'hello', protocol: 1, sidecar: '0.1.0', epoch: null, running: null, refused: null, trying: null, booted: true, ...given };
}

/** Of one source `configmaps/web`. */
export function anAssignment(revision: string, files: Record<string, string | Buffer>, given: Partial<Assignment> = {}): Assignment {
  const entries = Object.entries(files).map(([key, bytes]) => fileOf(key, Buffer.from(bytes)));
  return {
    revision,
    content: contentOf(entries),
    attempt: '1.1',
    sources: ['configmaps/web'],
    files: entries,
    handle: { kind: 'signal', signal: 'SIGHUP', process: 'nginx', container: null, verify: null },
    timeoutMs: 3_000,
    containerId: null,
    appRuns: true,
    ...given,
  };
}

function fileOf(key: string, bytes: Buffer): FileEntry {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { source: 'configmaps/web', key, sha256, bytes: bytes.length, mode: 0o644 };
}

/** Waits for what another part does in its own time, and fails where it never does. */
export async function until(isSo: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !isSo(); ) {
    if (Date.now() > end) throw new Error(`never became so: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
