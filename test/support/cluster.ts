import assert from 'node:assert/strict';
import { connect, type Kube } from '../../operator/kube/client.ts';
import type { CallOptions } from '../../operator/kube/exchange.ts';
import { reflect, type Store } from '../../operator/kube/reflector.ts';
import type { KubeObject } from '../../operator/kube/watch-events.ts';

/** The real cluster that KUBECONFIG names, with our images and CRDs in it. Once a test file; its end ends the watches. */
export type Cluster = {
  readonly kube: Kube;
  readonly signal: AbortSignal;
  /** A live copy of a collection, synced; each change is told to `onChange`. */
  readonly follow: <T extends KubeObject>(path: string, onChange?: (object: T) => void) => Promise<Store<T>>;
  readonly close: () => Promise<void>;
};

export async function openCluster(): Promise<Cluster> {
  // Without it we would go to whatever cluster the user has.
  assert.ok(process.env.KUBECONFIG, 'set KUBECONFIG, KUBECTL and CLUSTER: see test/cluster/up.sh');
  const kube = asStory(await connect({ version: 'e2e' }));
  const end = new AbortController();
  return {
    kube,
    signal: end.signal,
    follow: async <T extends KubeObject>(path: string, onChange?: (object: T) => void) => {
      const store = reflect<T, T>({
        kube,
        path,
        strip: (object: T) => object,
        onChange: ({ object }) => onChange?.(object),
        signal: end.signal,
        log: SILENT,
        tuning: { paceMs: 100, baseBackoffMs: 100, maxBackoffMs: 300 },
      });
      await store.synced;
      return store;
    },
    close: async () => {
      end.abort();
      await kube.close();
    },
  };
}

const nothing = () => {};
const SILENT = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** What a story writes is not the operator's: who looks at managedFields can tell them apart. */
function asStory(kube: Kube): Kube {
  const by = (given?: CallOptions) => ({ ...given, query: { fieldManager: 'e2e', ...given?.query } });
  return {
    ...kube,
    create: (path, body, given) => kube.create(path, body, by(given)),
    replace: (path, body, given) => kube.replace(path, body, by(given)),
    patch: (path, body, kind, given) => kube.patch(path, body, kind, by(given)),
  };
}
