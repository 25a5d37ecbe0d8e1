import type { Kube } from '../kube/client.ts';
import type { Log } from '../kube/log.ts';
import { pathOf } from '../kube/paths.ts';
import { openQueue } from '../kube/queue.ts';
import { reflect } from '../kube/reflector.ts';
import type { KubeObject } from '../kube/watch-events.ts';
import type { Operation } from './patch.ts';

/** What is looked at of a MutatingWebhookConfiguration. */
export type WebhookConfiguration = KubeObject & {
  readonly webhooks?: readonly { readonly clientConfig: { readonly caBundle?: string; readonly service?: object } }[];
};

export type CaBundleOptions = {
  readonly kube: Pick<Kube, 'list' | 'watch' | 'patch'>;
  /** Of the configuration. */
  readonly name: string;
  /** The PEMs to trust now: more than one while a CA is changed. */
  readonly bundle: () => Promise<string>;
  /** By the clock: a process that was frozen writes nothing old. */
  readonly isLeading: () => boolean;
  readonly log: Log;
  /** Ends with our reign. */
  readonly signal: AbortSignal;
};

export type CaBundle = {
  /** The bundle is another one. */
  readonly look: () => void;
};

const CONFIGURATIONS = { apiVersion: 'admissionregistration.k8s.io/v1', plural: 'mutatingwebhookconfigurations' };

/** The API server trusts whom the configuration names: the leader keeps our CA there, whoever else writes to it. */
export function keepCaBundle({ kube, name, bundle, isLeading, log, signal }: CaBundleOptions): CaBundle {
  const queue = openQueue({
    workers: 1,
    work: async () => {
      const trusted = await bundle();
      const patch = bundlePatch(configurations.get(name), trusted);
      if (patch.length === 0 || !isLeading()) return;
      await kube.patch(pathOf(CONFIGURATIONS, { name }), patch, 'json');
      log.info({ configuration: name }, 'the API server is told our CA');
    },
    onError: (_name, error) => log.warn({ configuration: name, because: String(error) }, 'the API server could not be told our CA yet'),
  });
  const look = () => queue.add(name);
  const configurations = reflect<WebhookConfiguration, WebhookConfiguration>({
    kube,
    path: pathOf(CONFIGURATIONS),
    query: { fieldSelector: `metadata.name=${name}` },
    strip: (configuration) => configuration,
    onChange: look,
    log,
    signal,
  });
  signal.addEventListener('abort', () => void queue.stop(), { once: true });
  return { look };
}

/** Nothing where all is well, or there is no such configuration. Of the version that was looked at: who wrote in between is looked at again. */
export function bundlePatch(configuration: WebhookConfiguration | undefined, bundle: string): readonly (Operation | Test)[] {
  const caBundle = Buffer.from(bundle).toString('base64');
  const steps = (configuration?.webhooks ?? []).flatMap(({ clientConfig }, i): Operation[] =>
    // One by URL is somebody else's.
    clientConfig.service === undefined || clientConfig.caBundle === caBundle
      ? []
      : [{ op: 'add', path: `/webhooks/${i}/clientConfig/caBundle`, value: caBundle }],
  );
  if (configuration === undefined || steps.length === 0) return [];
  return [{ op: 'test', path: '/metadata/resourceVersion', value: configuration.metadata.resourceVersion }, ...steps];
}

type Test = { readonly op: 'test'; readonly path: string; readonly value: unknown };
