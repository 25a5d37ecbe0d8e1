import { X509Certificate } from 'node:crypto';
import { type Authority, certificatesIn, EARLY_MS } from './certificates.ts';
import { isOver, type Life, type Succession } from './succession.ts';

/** What the Secret `fleet-reload-ca` says, in our words. */
export type Kept = {
  readonly authority: Authority;
  readonly next: (Authority & { readonly since: number }) | null;
  /** Trusted besides: a CA that signed before, or what somebody put there. */
  readonly others: readonly string[];
  /** We made it. Somebody else's, such as cert-manager's, is never written. */
  readonly ours: boolean;
};

export type CaSecret = {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly data?: Readonly<Record<string, string>>;
};

export const CA_SECRET = 'fleet-reload-ca';
export const CA_KEY = 'ca.crt';
export const LABELS = { 'app.kubernetes.io/managed-by': 'fleet-reload' };
/** When the next CA was made, for who looks at the Secret as well. */
const SINCE = 'fleetreload.dev/next-ca-since';

export function read({ metadata, data = {} }: CaSecret): Kept {
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString('utf8');
  const [cert = ''] = certificatesIn(text('tls.crt'));
  const [next] = certificatesIn(text('next.crt'));
  const since = Date.parse(metadata.annotations?.[SINCE] ?? '');
  return {
    authority: { cert, key: text('tls.key') },
    // A date that somebody spoilt: the overlap is counted from when we told members.
    next: next === undefined ? null : { cert: next, key: text('next.key'), since: Number.isNaN(since) ? 0 : since },
    others: certificatesIn(text('tls.crt') + text(CA_KEY)).filter((one) => one !== cert && one !== next),
    ours: metadata.labels?.['app.kubernetes.io/managed-by'] === LABELS['app.kubernetes.io/managed-by'],
  };
}

/** The Secret that says so: a new one, or `before` with its metadata and so its resourceVersion. */
export function write({ authority, next, others }: Omit<Kept, 'ours'>, namespace: string, before?: CaSecret): object {
  const { [SINCE]: _, ...annotations } = before?.metadata.annotations ?? {};
  const texts = {
    'tls.crt': authority.cert,
    'tls.key': authority.key,
    [CA_KEY]: [authority.cert, next?.cert ?? '', ...others].join(''),
    ...(next && { 'next.crt': next.cert, 'next.key': next.key }),
  };
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: {
      ...(before?.metadata ?? { name: CA_SECRET, namespace, labels: LABELS }),
      annotations: next ? { ...annotations, [SINCE]: new Date(next.since).toISOString() } : annotations,
    },
    data: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  };
}

/** What members are told to trust: all of it that has not expired. */
export function bundleOf({ authority, next, others }: Kept, now: number): string {
  return [authority.cert, ...(next ? [next.cert] : []), ...alive(others, now)].join('');
}

export function alive(certificates: readonly string[], now: number): readonly string[] {
  return certificates.filter((one) => !isOver(lifeOf(one), now));
}

export function successionOf({ authority, next, others }: Kept): Succession {
  return {
    signing: lifeOf(authority.cert),
    next: next && { ...lifeOf(next.cert), since: next.since },
    others: others.map(lifeOf),
  };
}

/** What is no certificate never was good. */
function lifeOf(pem: string): Life {
  try {
    const { validFromDate, validToDate } = new X509Certificate(pem);
    return { from: validFromDate.getTime() + EARLY_MS, until: validToDate.getTime() };
  } catch {
    return { from: 0, until: 0 };
  }
}
