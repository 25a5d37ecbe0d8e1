/** Why a dial was answered with an HTTP status and got no stream. A label of a metric: the words are in `REFUSALS`. */
export type Refusal = keyof typeof REFUSALS;

/** 503 means: dial again soon, nothing is wrong with you. */
export const REFUSALS = {
  bad_request: { status: 400, says: 'this port speaks the sidecar protocol only' },
  no_token: { status: 401, says: 'no bearer token, or one that is too long' },
  invalid_token: { status: 401, says: 'the token is not valid for the audience fleetreload.dev' },
  not_a_pod: { status: 403, says: 'the token is not bound to a pod' },
  other_pod: { status: 403, says: 'the pod of this uid has another name or namespace' },
  ended_pod: { status: 403, says: 'the pod has ended' },
  replayed: { status: 403, says: 'the pod has a stream from another address, and this is not its own' },
  unknown_pod: { status: 503, says: 'the pod is not known here yet' },
  review_failed: { status: 503, says: 'the token could not be reviewed' },
  busy: { status: 503, says: 'too many dial at once' },
  not_leader: { status: 503, says: 'not leader' },
} as const;

/** Why we ended a stream. The label of a metric and, in `ENDINGS`, what the peer is told. */
export type Ending = keyof typeof ENDINGS;

/** 4xxx are ours; a sidecar redials after each of them. */
export const ENDINGS = {
  not_leader: { code: 1012, says: 'not leader' },
  forgotten: { code: 4001, says: 'this pod or its policy is gone' },
  no_hello: { code: 4002, says: 'no hello within 5s' },
  other_version: { code: 4003, says: 'another protocol version' },
  unreadable: { code: 1008, says: 'unreadable frame' },
  not_its_file: { code: 1008, says: 'wanted a file that is not in its assignment' },
  too_many_frames: { code: 1008, says: 'too many frames' },
  too_many_bytes: { code: 1008, says: 'too many bytes' },
  binary: { code: 1003, says: 'a sidecar sends text frames only' },
  no_files: { code: 1011, says: 'the files could not be read' },
  /** Nobody listens any more: cut without a close frame. */
  replaced: { code: 4000, says: 'another stream of this pod took over' },
  silent: { code: 1011, says: 'missed two pings' },
  slow: { code: 1011, says: 'reads too slowly' },
} as const;
