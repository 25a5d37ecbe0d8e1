import type { Kube } from '../kube/client.ts';
import { isKube } from '../kube/errors.ts';
import { pathOf } from '../kube/paths.ts';

/** On a Secret: the origin that its content may be sent to. Who may write policies may not therefore read Secrets. */
const ALLOWED = 'fleetreload.dev/prometheus';

type Named = { readonly secret: { readonly name: string; readonly key: string } };
type Secret = {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly data?: Readonly<Record<string, string>>;
};
/** The value, trimmed; or a sentence where it is not to be had. */
type Read = { readonly value: string } | string;

/** One key of a Secret of that namespace. Null where none is named. Throws where nobody answers. */
export function readSecret(kube: Pick<Kube, 'get'>, namespace: string, named: Named | undefined): Promise<Read | null> {
  return read(kube, namespace, named, () => null);
}

/** The same, to be sent to that origin, such as `http://prometheus.monitoring:9090`: only where the Secret itself says so. */
export function readSecretFor(origin: string, kube: Pick<Kube, 'get'>, namespace: string, named: Named | undefined): Promise<Read | null> {
  return read(kube, namespace, named, ({ metadata }) => {
    if (originOf(metadata.annotations?.[ALLOWED] ?? '') === origin) return null;
    return `Secret ${named?.secret.name} does not let its content be sent to ${origin}: annotate it with ${ALLOWED}=${origin}`;
  });
}

/** `refuses` comes first: of a Secret that is not to be sent, it is not told either which keys it has. */
async function read(
  kube: Pick<Kube, 'get'>,
  namespace: string,
  named: Named | undefined,
  refuses: (secret: Secret) => string | null,
): Promise<Read | null> {
  if (named === undefined) return null;
  const { name, key } = named.secret;
  try {
    const secret = await kube.get<Secret>(pathOf({ apiVersion: 'v1', plural: 'secrets' }, { namespace, name }));
    if (secret === null) return `Secret ${name} is not there: make it, with the key ${key}`;
    const because = refuses(secret);
    if (because !== null) return because;
    const base64 = secret.data?.[key];
    if (base64 === undefined) return `Secret ${name} has no key ${key}`;
    const value = Buffer.from(base64, 'base64').toString('utf8').trim();
    return value === '' ? `the key ${key} of Secret ${name} is empty` : { value };
  } catch (error) {
    if (isKube(error, 'Forbidden')) return `the operator has no right to Secret ${name}: grant it by the chart's value secrets`;
    throw error;
  }
}

/** Null where there is more than an origin, such as a path: that would allow more than it says. */
function originOf(text: string): string | null {
  const url = URL.parse(text);
  return url !== null && url.href === `${url.origin}/` ? url.origin : null;
}
