import type { Answer, Ask, Question } from '../operator/gates/ask.ts';
import type { Kube } from '../operator/kube/client.ts';
import { KubeError } from '../operator/kube/errors.ts';

type Api = Pick<Kube, 'watch'>;

/** Asks pods through the API server, since none can be reached from here. A host is a pod's name. It needs `get` of `pods/proxy`. */
export function throughPods(kube: Api, namespace: string): Ask {
  return askThrough(kube, (host) => ({ namespace, plural: 'pods', name: host }));
}

/** Asks Services the same way: it needs `get` of `services/proxy`. */
export function throughServices(kube: Api): Ask {
  return askThrough(kube, (host) => {
    const { service, namespace } = serviceIn(host) ?? { service: host, namespace: '' };
    return { namespace, plural: 'services', name: service };
  });
}

/** What `prometheus.monitoring` and `prometheus.monitoring.svc.cluster.local` name; null where a host is outside of the cluster. */
export function serviceIn(host: string): { readonly service: string; readonly namespace: string } | null {
  const [, service, namespace] = /^([a-z0-9-]+)\.([a-z0-9-]+)(?:\.svc(?:\.cluster\.local)?)?$/.exec(host) ?? [];
  return service && namespace ? { service, namespace } : null;
}

type Target = { readonly namespace: string; readonly plural: 'pods' | 'services'; readonly name: string };

function askThrough(kube: Api, targetOf: (host: string) => Target): Ask {
  return async ({ origin, path, body, timeoutMs, maxBytes }, signal) => {
    const [, scheme = '', host = '', port] = /^(https?):\/\/([^/:]+)(?::([0-9]+))?$/.exec(origin) ?? [];
    const { namespace, plural, name } = targetOf(host);
    const target = `${scheme === 'https' ? 'https:' : ''}${name}:${port ?? (scheme === 'https' ? 443 : 80)}`;
    const query = body === undefined ? '' : `?${body}`;
    const timed = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    try {
      const stream = await kube.watch(`/api/v1/namespaces/${namespace}/${plural}/${target}/proxy${path}${query}`, {
        query: { watch: undefined },
        signal: timed,
      });
      return await bodyOf(stream, maxBytes);
    } catch (error) {
      if (timed.aborted) return { kind: 'no answer', because: `does not answer within ${timeoutMs / 1000}s`, code: null };
      return answerIn(error);
    }
  };
}

async function bodyOf(stream: AsyncIterable<Buffer>, maxBytes: Question['maxBytes']): Promise<Answer> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  for await (const piece of stream) {
    bytes += piece.length;
    if (bytes > maxBytes) return { kind: 'too large', because: `answered 200 with more than ${maxBytes / 1024} KiB` };
    pieces.push(piece);
  }
  return { kind: 'answer', status: 200, body: Buffer.concat(pieces).toString('utf8') };
}

/** Whose no it is: who was asked says none of the API server's own reasons. Throws where it is the API server's. */
function answerIn(error: unknown): Answer {
  if (!(error instanceof KubeError)) throw error;
  const { status, reason } = error;
  if (status !== null && (reason === `HTTP${status}` || reason === 'UnknownKind')) return { kind: 'answer', status, body: '' };
  if (reason === 'ServiceUnavailable') return { kind: 'no answer', because: 'does not answer', code: null };
  throw error;
}
