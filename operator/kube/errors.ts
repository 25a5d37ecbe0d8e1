/** Reasons of the API server that callers look at; others are kept as they come. `code`s of the network are reasons too, such as ECONNREFUSED. */
export type Reason =
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Invalid'
  | 'Forbidden'
  /** Nothing is made there any more. The API server says Forbidden, and this as its cause. */
  | 'NamespaceTerminating'
  | 'Expired'
  | 'Gone'
  | 'TooManyRequests'
  | 'Timeout'
  | (string & {});

/** What the API server says beside an HTTP status of 400 or more, or in an ERROR line of a watch. */
export type Status = {
  readonly kind: 'Status';
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    /** Of the object; not there where the whole kind is missing. */
    readonly name?: string;
    readonly retryAfterSeconds?: number;
    readonly causes?: readonly { readonly reason?: string; readonly field?: string; readonly message?: string }[];
  };
};

/** Causes that say more than the reason does. */
const TOO_LARGE = 'ResourceVersionTooLarge';
const ENDING = 'NamespaceTerminating';

type Told = { readonly status: number | null; readonly reason: Reason; readonly retryAfterMs?: number | null; readonly cause?: unknown };

/** The one error of this folder. An abort by the caller's own signal is none: that throws the signal's reason. */
export class KubeError extends Error {
  override readonly name = 'KubeError';
  /** outage: nobody answered, or not now (429, 5xx): try again. refusal: the API server understood and said no. */
  readonly kind: 'outage' | 'refusal';
  /** The HTTP status; null where no answer came. */
  readonly status: number | null;
  readonly reason: Reason;
  /** How long the server asks us to stay away, in ms. */
  readonly retryAfterMs: number | null;

  constructor(message: string, told: Told) {
    super(message, { cause: told.cause });
    this.kind = told.status === null || told.status === 429 || told.status >= 500 ? 'outage' : 'refusal';
    this.status = told.status;
    this.reason = told.reason;
    this.retryAfterMs = told.retryAfterMs ?? null;
  }
}

/** Such as `isKube(error, 'Conflict')`. */
export function isKube(error: unknown, reason: Reason): error is KubeError {
  return error instanceof KubeError && error.reason === reason;
}

/** The API server said no, and will again. Not where somebody wrote in between (409): that is tried again. */
export function isRefused(error: unknown): error is KubeError {
  return error instanceof KubeError && error.kind === 'refusal' && error.status !== 409;
}

/** The history that was asked for is gone (HTTP or stream 410), or never was (etcd came back from a backup): list again. */
export function isExpired(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 410 || error.reason === TOO_LARGE);
}

/** The server does not know an option of the request. */
export function isUnsupported(error: unknown): boolean {
  return error instanceof KubeError && (error.status === 400 || error.status === 422);
}

/** `what` is the request, such as `GET /api/v1/pods`; `retryAfter` is the header of that name. */
export function refusalOf(what: string, httpStatus: number, status: Status | null, retryAfter?: string | null): KubeError {
  const code = status?.code ?? httpStatus;
  const reason = reasonOf(code, status);
  const seconds = status?.details?.retryAfterSeconds ?? Number(retryAfter || Number.NaN);
  return new KubeError(`${what}: ${code} ${reason}${wordsOf(what, code, status)}`, {
    // A Status without a reason and a code below 400 came in an ERROR line that says nothing: an outage.
    status: code >= 400 ? code : null,
    reason,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
  });
}

function reasonOf(code: number, status: Status | null): Reason {
  const cause = [TOO_LARGE, ENDING].find((its) => status?.details?.causes?.some(({ reason }) => reason === its));
  if (cause !== undefined) return cause;
  if (code === 404 && !status?.details?.name) return 'UnknownKind';
  return status?.reason || `HTTP${code}`;
}

/** `error` is what the network threw: refused, reset, timed out, a certificate that does not match. */
export function outageOf(what: string, error: unknown): KubeError {
  const { code, message } = error as { code?: string; message?: string };
  return new KubeError(`${what}: no answer: ${message || code || String(error)}`, {
    status: null,
    reason: code ?? 'NoAnswer',
    cause: error,
  });
}

/** Who said no, in the API server's own words. What a webhook or policy says behind them may quote the object. */
const DENIAL = /admission webhook "[^"]*" denied the request|ValidatingAdmissionPolicy '[^']*' with binding '[^']*' denied request/;

/** What is said about a Secret may quote it: of a malformed one only the fields are kept, of a denial only who denied it. */
function wordsOf(what: string, code: number, status: Status | null): string {
  const message = status?.message ?? '';
  if (!/\/secrets(\/|\?|$)/.test(what)) return message && `: ${message}`;
  const denial = DENIAL.exec(message);
  if (denial) return `: ${denial[0]}`;
  if (code !== 400 && code !== 422) return message && `: ${message.replace(/(denied (?:the )?request|failed calling webhook).*$/s, '$1')}`;
  const fields = (status?.details?.causes ?? []).flatMap((cause) => cause.field ?? []);
  return fields.length > 0 ? `: ${fields.join(', ')}` : '';
}
