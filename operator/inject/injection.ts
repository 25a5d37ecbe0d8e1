import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Event } from '../kube/events.ts';
import type { Log } from '../kube/log.ts';
import type { Serving } from '../link/certificates.ts';
import type { Clock } from '../link/clock.ts';
import { followFiles } from './certificate-files.ts';
import { type InjectOptions, inject } from './inject.ts';
import { openRefusals } from './refusals.ts';
import { serveWebhook } from './serve.ts';
import { openWebhook, type WebhookOptions } from './webhook.ts';

export type InjectionOptions = Pick<WebhookOptions, 'policiesFor' | 'onAnswer'> & {
  readonly port: number;
  /** Of our own CA; a folder where somebody else's is used. */
  readonly serving: Serving | string;
  /** Of somebody else's: the certificate, at first and at each change. */
  readonly onFiles: (cert: string) => void;
  readonly injected: InjectOptions;
  readonly unready: () => string | null;
  readonly emit: (policy: ReloadPolicy, event: Event) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
};

export type Injecting = {
  /** Our own CA signed another certificate. */
  readonly serve: (serving: Serving) => void;
  readonly close: () => Promise<void>;
};

/** The webhook, on every replica: the API server asks any of them. */
export async function openInjection(options: InjectionOptions): Promise<Injecting> {
  const { port, serving, injected, policiesFor, onFiles, onAnswer, unready, emit, clock, log } = options;
  const answer = openWebhook({
    inject: (pod, policies) => inject(pod, policies, injected),
    policiesFor,
    onRefused: openRefusals({ emit, clock, log }),
    onAnswer,
    log,
    now: () => performance.now(),
  });
  const listen = (first: Serving) => serveWebhook({ port, serving: first, answer, unready, clock });
  if (typeof serving !== 'string') return await listen(serving);
  const files = await followFiles({
    folder: serving,
    clock,
    log,
    onServing: (next) => {
      webhook.serve(next);
      onFiles(next.cert);
    },
  });
  onFiles(files.serving.cert);
  const webhook = await listen(files.serving);
  return {
    serve: () => {},
    close: async () => {
      files.stop();
      await webhook.close();
    },
  };
}
