import type { Log } from './kube/log.ts';

/** Puts the CA where the members of a namespace mount it. */
export type CaPublisher = {
  /** Looks only where somebody, ourselves too, has changed it since; a refusal holds up nothing else. Throws where nobody answers. */
  readonly publish: (namespace: string) => Promise<void>;
  /** There is another CA: look everywhere again. */
  readonly forget: () => void;
};

export type CaPublisherOptions = {
  /** Null, or why it was refused. */
  readonly write: (namespace: string) => Promise<string | null>;
  /** Of the ConfigMap, as the watch knows it; null where there is none. */
  readonly versionOf: (namespace: string) => string | null;
  readonly log: Pick<Log, 'warn'>;
};

export function openCaPublisher({ write, versionOf, log }: CaPublisherOptions): CaPublisher {
  /** By namespace: the resourceVersion before we looked last and all was well. */
  const published = new Map<string, string | null>();
  /** By namespace: why it was refused last. It is tried in each pass, and said once. */
  const refused = new Map<string, string>();

  return {
    publish: async (namespace) => {
      const version = versionOf(namespace);
      if (version !== null && published.get(namespace) === version) return;
      const because = await write(namespace);
      if (because === null) {
        published.set(namespace, version);
        refused.delete(namespace);
      } else if (refused.get(namespace) !== because) {
        refused.set(namespace, because);
        log.warn({ namespace, because }, 'members do not get the CA');
      }
    },
    forget: () => published.clear(),
  };
}
