import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { escaped, oneLine } from '../gates/words.ts';
import type { Log } from '../kube/log.ts';
import type { Claimants } from './claimants.ts';
import type { Injection } from './inject.ts';
import { patchOf } from './patch.ts';
import type { Pod } from './pod.ts';
import { type Asked, answerTo, askedIn } from './review.ts';

export type WebhookOptions = {
  readonly inject: (pod: Pod, policies: readonly ReloadPolicy[]) => Injection;
  readonly policiesFor: Claimants;
  /** Not of a dry run. */
  readonly onRefused: (policy: ReloadPolicy, pod: string, because: string) => void;
  readonly onAnswer: (result: Result, tookMs: number) => void;
  readonly log: Log;
  /** Monotonic, in ms. */
  readonly now: () => number;
};

/** `unchanged`: all is there already. `none`: no policy has it. `malformed`: it is no review of a new pod. `failed`: a fault of ours. */
export type Result = 'injected' | 'unchanged' | 'refused' | 'none' | 'malformed' | 'failed';

export type Answer = { readonly status: 200 | 400 | 500; readonly body: string };

/** Answers a review: the pod with our sidecar, or as it is and why. */
export function openWebhook(options: WebhookOptions): (body: string) => Promise<Answer> {
  const { log, onAnswer, now } = options;
  return async (body) => {
    const since = now();
    const { answer, result, level, fields } = await verdictOn(body, options);
    const tookMs = now() - since;
    onAnswer(result, tookMs);
    log[level]({ result, ...fields, tookMs: Math.round(tookMs * 10) / 10 }, 'pod reviewed');
    return answer;
  };
}

type Verdict = { readonly answer: Answer; readonly result: Result; readonly level: 'info' | 'warn' | 'error'; readonly fields: object };

async function verdictOn(body: string, options: WebhookOptions): Promise<Verdict> {
  const asked = askedIn(body);
  if (typeof asked === 'string')
    return { answer: { status: 400, body: asked }, result: 'malformed', level: 'warn', fields: { because: asked } };
  const { namespace, dryRun } = asked;
  const pod = nameOf(asked);
  const fields = { namespace, pod, ...(dryRun && { dryRun }) };
  try {
    return await injected(asked, pod, fields, options);
  } catch (err) {
    return { answer: { status: 500, body: 'injection failed' }, result: 'failed', level: 'error', fields: { ...fields, err } };
  }
}

async function injected(asked: Asked, pod: string, fields: object, { inject, policiesFor, onRefused }: WebhookOptions): Promise<Verdict> {
  const asks = asked.pod as Pod;
  const policies = await policiesFor(asked.namespace, asks.metadata?.labels ?? {});
  const injection = inject(asks, policies);
  const leave = (result: 'refused' | 'none', level: Verdict['level'], more: object, because: string): Verdict => ({
    answer: { status: 200, body: answerTo(asked, [], `fleet-reload leaves this pod as it is: ${because}`) },
    result,
    level,
    fields: { ...fields, ...more, because },
  });
  switch (injection.kind) {
    case 'injected': {
      const { policy } = injection;
      const patch = patchOf(asked.pod, injection.pod);
      const answer: Answer = { status: 200, body: answerTo(asked, patch, null) };
      return { answer, result: patch.length > 0 ? 'injected' : 'unchanged', level: 'info', fields: { ...fields, policy } };
    }
    case 'refused': {
      const because = escaped(injection.because);
      const policy = policies.find(({ metadata }) => metadata.name === injection.policy);
      if (policy !== undefined && !asked.dryRun) onRefused(policy, pod, because);
      return leave('refused', 'warn', { policy: injection.policy }, because);
    }
    case 'none':
      return leave('none', 'info', {}, escaped(injection.because));
  }
}

const NAME_MAX = 253;

/** What a controller makes has no name yet: `web-7d9c5b-…`. Nothing of it was checked by the API server so far. */
function nameOf({ pod }: Asked): string {
  const { name, generateName } = (pod['metadata'] ?? {}) as { readonly name?: unknown; readonly generateName?: unknown };
  if (typeof name === 'string' && name !== '') return oneLine(name, NAME_MAX);
  return typeof generateName === 'string' ? `${oneLine(generateName, NAME_MAX)}…` : 'without a name';
}
