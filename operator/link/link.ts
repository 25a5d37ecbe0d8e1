import { once } from 'node:events';
import type { WebSocket } from 'ws';
import type { Ack, Epoch } from '../../sidecar/protocol.ts';
import { accept } from './accept.ts';
import { allowance } from './allowance.ts';
import { authenticator, type Pod } from './authenticate.ts';
import type { Serving } from './certificates.ts';
import { type Clock, machineClock } from './clock.ts';
import { type Counters, type Log, NO_COUNTERS } from './counters.ts';
import type { ENTRANCE } from './entrance.ts';
import { heartbeat } from './heartbeat.ts';
import type { Refusal } from './refusal.ts';
import type { Report } from './report.ts';
import type { Review } from './review.ts';
import { type Assignment, roster } from './roster.ts';
import { converse, GOODBYE_MS } from './session.ts';
import type { BytesOf } from './transfer.ts';
import { turns } from './turns.ts';

export type { Pod } from './authenticate.ts';
export type { Counters, Log } from './counters.ts';
export type { Report } from './report.ts';
export { tokenReview } from './review.ts';
export type { Assignment } from './roster.ts';
export type { BytesOf } from './transfer.ts';

/** The operator's side of all sidecars' streams. The words of a try come in by `assign`; how it went, by `report`. */
export type Link = {
  /** What this leader knows of the pod of that uid; undefined before its first hello. */
  readonly report: (uid: string) => Report | undefined;
  /**
   * States what the pod should run. Sent when it is news to its stream, now or with its next hello; to say it again costs nothing.
   * `bytes` is asked for the files that the member does not have. Throws RangeError where the frame would not fit the link.
   */
  readonly assign: (uid: string, assignment: Assignment, bytes: BytesOf) => void;
  /** Nothing is assigned for now: what was, is not said to a stream that comes later. */
  readonly withdraw: (uid: string) => void;
  /** The pod is gone: ends its stream, and drops all that was known of it. */
  readonly forget: (uid: string) => void;
  /** Accepts streams from now on, with epochs from (transitions, 1). A leader that raised its Lease says it again: streams live on. */
  readonly lead: (transitions: number) => void;
  /** Ends all streams with `not leader`, refuses new ones, and drops what was known: the next leader asks the members. */
  readonly follow: () => void;
  /** The highest in any believable hello since the start, whoever led then. */
  readonly highestEpoch: () => Epoch | null;
  /**
   * The highest, where it is above all that this leader has said: a Lease was deleted or restored. Members that saw it are assigned
   * nothing until the Lease is raised above its first number, and `lead` says so. Believed of pods that have our sidecar, and up to
   * a hundred changes of leader above ours.
   */
  readonly outrankedBy: () => Epoch | null;
  /** One or more PEMs, told to all members now and in future: so a sidecar trusts the next CA before it is used. */
  readonly trust: (pem: string) => void;
  /** Another certificate, for those who dial from now on. */
  readonly serve: (serving: Serving) => void;
  readonly port: number;
  /** `follow`, and a second for goodbyes. */
  readonly close: () => Promise<void>;
};

export type LinkOptions = {
  /** Default: all addresses. */
  readonly host?: string | undefined;
  /** 0 takes a free one. */
  readonly port: number;
  readonly serving: Serving;
  readonly review: Review;
  /** The pod of that uid in our own cache; `managed`: it has our sidecar. */
  readonly podOf: (uid: string) => SeenPod | undefined;
  /** A report changed, be it by an assignment that was sent: the loop looks again. Must not throw. */
  readonly onChange: (uid: string) => void;
  /** A try ended, once for each; for metrics. Where `firedAt` is null, the app was told nothing. */
  readonly onAck?: ((pod: Pod, ack: Ack) => void) | undefined;
  readonly log: Log;
  readonly counters?: Counters | undefined;
  readonly clock?: Clock | undefined;
  readonly limits?: typeof ENTRANCE | undefined;
};

export type SeenPod = Omit<Pod, 'uid'> & { readonly managed: boolean; readonly phase?: string; readonly ip?: string | null };

/** Members that are sent files at the same time: each has at most one frame of 256 KiB waiting in memory. */
const TRANSFERS = 64;

/** Listens at once, and follows until `lead`. */
export async function openLink(options: LinkOptions): Promise<Link> {
  const { log, podOf, clock = machineClock, counters = NO_COUNTERS } = options;
  const members = roster({
    clock,
    log,
    counters,
    isManaged: (uid) => podOf(uid)?.managed ?? false,
    onChange: options.onChange,
    onAck: (pod, ack) => {
      counters.acked(ack.outcome.kind === 'applied' ? ack.outcome.proof : 'refused');
      options.onAck?.(pod, ack);
    },
  });
  const beats = heartbeat(clock);
  const turn = turns(TRANSFERS);
  const allowed = allowance(clock);
  const open = new Set<WebSocket>();
  /** By uid: where the stream of that pod comes from. */
  const addresses = new Map<string, { readonly stream: WebSocket; readonly from: string }>();

  /** A second stream takes the place of the first where it comes from the same address, or from the pod itself; anybody else has its token. */
  const objection = (pod: Pod, from: string): Refusal | null => {
    const present = addresses.get(pod.uid);
    if (present && present.from !== from && podOf(pod.uid)?.ip !== from) return 'replayed';
    return allowed.mayDial(pod) ? null : 'busy';
  };

  const welcome = (stream: WebSocket, pod: Pod, from: string) => {
    open.add(stream);
    counters.accepted();
    addresses.set(pod.uid, { stream, from });
    counters.streams(open.size);
    stream.once('close', () => {
      open.delete(stream);
      if (addresses.get(pod.uid)?.stream === stream) addresses.delete(pod.uid);
      counters.streams(open.size);
    });
    members.welcome(pod, (told) => {
      const session = converse({
        stream,
        clock,
        counters,
        turn: () => turn(pod.uid),
        hear: (bytes) => allowed.hear(pod, bytes),
        log: logOf(log, pod),
        ...told,
      });
      beats.watch(stream, session.end);
      return session;
    });
    // While its token was looked at, the Lease may have gone, or the pod.
    if (!members.isLeading()) members.follow();
    else if (!podOf(pod.uid)) members.forget(pod.uid);
  };

  const acceptor = await accept({
    host: options.host,
    port: options.port,
    serving: options.serving,
    limits: options.limits,
    clock,
    counters,
    isLeading: members.isLeading,
    log,
    objection,
    authenticate: authenticator({ review: options.review, podOf, clock, counters }),
    onStream: welcome,
  });

  return {
    port: acceptor.port,
    report: members.report,
    assign: members.assign,
    withdraw: members.withdraw,
    forget: members.forget,
    lead: members.lead,
    follow: members.follow,
    highestEpoch: members.highestEpoch,
    outrankedBy: members.outrankedBy,
    trust: members.trust,
    serve: acceptor.serve,
    close: async () => {
      members.follow();
      beats.stop();
      const goodbyes = Promise.all([...open].map((stream) => once(stream, 'close')));
      await Promise.race([goodbyes, new Promise<void>((resolve) => clock.after(GOODBYE_MS, resolve))]);
      await acceptor.close();
    },
  };
}

function logOf(log: Log, { namespace, name }: Pod): Log {
  const withPod = (level: keyof Log) => (fields: object, message: string) => log[level]({ namespace, member: name, ...fields }, message);
  return { debug: withPod('debug'), info: withPod('info'), warn: withPod('warn'), error: withPod('error') };
}
