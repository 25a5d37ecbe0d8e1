import { cut } from '../../crds/because.ts';
import type { Answer } from './ask.ts';
import { mistake, type Outcome, unknown } from './gate.ts';
import { oneLine } from './words.ts';

const WORDS_MAX = 160;
const ORIGIN_MAX = 60;
/** Of more values only the least and the most are kept: no bound can lie between others. */
const VALUES_MAX = 16;
/** Of TLS: certificates that do not sign, do not fit, or are none. Only a person mends that. */
const CERTIFICATE = /^(ERR_(TLS|SSL|OSSL)|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA|INVALID_PURPOSE)/;

/** What an instant query to that origin brought. `hide` hides what nobody may read. Answers of others than Prometheus are not repeated. */
export function readAnswer(answer: Answer, origin: string, hide: (text: string) => string): Outcome {
  const who = `Prometheus at ${cut(origin, ORIGIN_MAX)}`;
  switch (answer.kind) {
    case 'too large':
      return mistake(`${who} ${answer.because}: let the query sum up`);
    case 'no answer': {
      const because = `${who} ${answer.because}`;
      return CERTIFICATE.test(answer.code ?? '') ? mistake(`${because}: see prometheus.ca`) : unknown(because);
    }
    case 'answer':
      return readBody(answer.status, parsed(answer.body), who, hide);
  }
}

type Body = {
  readonly status?: unknown;
  readonly error?: unknown;
  readonly data?: { readonly resultType?: unknown; readonly result?: unknown };
};

function readBody(status: number, body: Body | null, who: string, hide: (text: string) => string): Outcome {
  const said = typeof body?.error === 'string' ? `: ${oneLine(hide(body.error), WORDS_MAX)}` : '';
  if (status === 401 || status === 403) return mistake(`${who} answered ${status}: see prometheus.token`);
  if (status === 408 || status === 429 || status >= 500) return unknown(`${who} answered ${status}${said}`);
  if (status === 400 || status === 422) return mistake(`${who} refuses the query${said}`);
  if (status !== 200) return mistake(`${who} answered ${status}: is it there? /api/v1/query follows prometheus.address`);
  if (body?.status !== 'success') return mistake(`${who} answers, and not as Prometheus does: see prometheus.address`);
  const { resultType, result } = body.data ?? {};
  if (resultType === 'scalar') return valuesOf([{ value: result }]);
  if (resultType === 'vector' && Array.isArray(result)) return valuesOf(result as readonly Sample[]);
  return mistake(`the query answers a ${oneLine(String(resultType), 20)}: an instant vector or a scalar is needed`);
}

/** `[time, "0.5"]`; a native histogram has none. */
type Sample = { readonly value?: unknown };

function valuesOf(samples: readonly Sample[]): Outcome {
  const values = samples.flatMap((sample) => {
    const value: unknown = Array.isArray(sample?.value) ? sample.value[1] : undefined;
    const number = typeof value === 'string' ? numberOf(value) : Number.NaN;
    // 0/0: nothing was asked of the app, which is no data.
    return Number.isNaN(number) ? [] : [number];
  });
  const kept = values.length <= VALUES_MAX ? values : [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  return { kind: 'values', values: kept };
}

function numberOf(text: string): number {
  if (text === '+Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return text === '' ? Number.NaN : Number(text);
}

function parsed(text: string): Body | null {
  try {
    return JSON.parse(text) as Body | null;
  } catch {
    return null;
  }
}
