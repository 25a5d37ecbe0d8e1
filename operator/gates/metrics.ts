import { millis } from '../../crds/duration.ts';
import type { Measure } from '../plan/situation.ts';
import { type Edge, type Gate, type GatesSpec, mistake, type PodOf } from './gate.ts';
import { readAnswer } from './prometheus.ts';
import { readSecret, readSecretFor } from './secret.ts';

type MetricsSpec = NonNullable<GatesSpec['metrics']>[number];

const TIMEOUT_MS = 10_000;
const BODY_BYTES = 1024 * 1024;
/** Names of each side in the query: more make it slow, and a sample says as much. */
const NAMES = 100;
/** No pod is called so. An empty expression would not do: it matches what has no such label at all. */
const NOBODY = '-';
/** What a header can carry. */
const TOKEN = /^[\x21-\x7e]+$/;

/** Asks Prometheus, of the canary and the control at the same time. First after an interval: before that it has nothing of the bake. */
export function metricsGate(spec: MetricsSpec, { kube, ask, podOf }: Pick<Edge, 'kube' | 'ask' | 'podOf'>): Gate {
  const { address, query, token, ca } = spec.prometheus;
  const base = new URL(address);
  return {
    name: spec.name,
    spec,
    firstMs: millis(spec.interval),
    everyMs: millis(spec.interval),
    measure: async ({ policy, measure }, signal) => {
      const { namespace } = policy.metadata;
      const [bearer, certificates] = await Promise.all([
        readSecretFor(base.origin, kube, namespace, token),
        readSecret(kube, namespace, ca),
      ]);
      if (typeof bearer === 'string') return mistake(bearer);
      if (typeof certificates === 'string') return mistake(certificates);
      if (bearer && !TOKEN.test(bearer.value)) return mistake(`the key ${token?.secret.key} of Secret ${token?.secret.name} is no token`);
      // Who refuses a token may repeat it.
      const hidden = (text: string) => (bearer ? text.replaceAll(bearer.value, '…') : text);
      const answer = await ask(
        {
          origin: base.origin,
          path: `${base.pathname.replace(/\/+$/, '')}/api/v1/query`,
          method: 'POST',
          headers: {
            'content-type': 'application/x-www-form-urlencoded',
            accept: 'application/json',
            ...(bearer && { authorization: `Bearer ${bearer.value}` }),
          },
          body: new URLSearchParams({ query: filledIn(query, measure, podOf), timeout: `${TIMEOUT_MS / 1000}s` }).toString(),
          tls: certificates ? { ca: certificates.value } : {},
          timeoutMs: TIMEOUT_MS,
          maxBytes: BODY_BYTES,
        },
        signal,
      );
      return readAnswer(answer, base.origin, hidden);
    },
  };
}

/** `{{canary}}` becomes `(?:web-1|web-2[.]a)`: with `[.]`, which needs no escaping whatever quotes are around it. */
export function filledIn(query: string, { canary, control }: Measure, podOf: PodOf): string {
  const namesOf = (uids: readonly string[]) => {
    const names = uids.flatMap((uid) => podOf(uid)?.name ?? []).slice(0, NAMES);
    return names.length === 0 ? NOBODY : `(?:${names.map((name) => name.replaceAll('.', '[.]')).join('|')})`;
  };
  return query.replaceAll('{{canary}}', () => namesOf(canary)).replaceAll('{{control}}', () => namesOf(control));
}
