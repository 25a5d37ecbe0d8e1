/** What the API server is told of our CA, in a webhook configuration that others may write to as well. It asks nobody: its selector matches no pod. */

import { randomBytes } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import { type CaBundle, keepCaBundle } from '../../operator/inject/ca-bundle.ts';
import { connect, type Kube } from '../../operator/kube/client.ts';
import { makeAuthority } from '../../operator/link/certificates.ts';
import { stays } from '../support/stays.ts';
import { until } from '../support/until.ts';

type Configuration = { readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[] };

const ALL = '/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations';
const name = `ca-bundle-${randomBytes(4).toString('hex')}`;
const path = `${ALL}/${name}`;
const [first, second, theirs] = await Promise.all(Array.from({ length: 3 }, async () => (await makeAuthority(Date.now())).cert));
let kube: Kube;
before(async () => {
  kube = await connect({ version: 'test' });
});
after(() => kube.close());
afterEach(() => kube.remove(path));

test('a configuration is told our CA when it is made, when somebody wrote another one, and when it is made again', async (t) => {
  aKeeper(t, { bundle: first });
  await make();
  await until('it is ours', has(first));
  await write(theirs);
  await until('it is ours again', has(first));
  await kube.remove(path);
  await make();
  await until('it is ours in the new one', has(first));
});

test('while the CA is changed it is told both', async (t) => {
  const { state, keeper } = aKeeper(t, { bundle: first });
  await make();
  await until('it is the first', has(first));
  state.bundle = `${first}${second}`;
  keeper.look();
  await until('it is both', has(`${first}${second}`));
});

test('who does not lead writes nothing, and does once it leads', async (t) => {
  const { state, keeper } = aKeeper(t, { bundle: first, isLeading: false });
  await make();
  await stays('nothing is written', has(undefined), 500);
  state.isLeading = true;
  keeper.look();
  await until('it is ours', has(first));
});

test('a CA that cannot be read now is told as soon as it can', async (t) => {
  const { state, logged } = aKeeper(t, { bundle: null });
  await make();
  await until('it says so', () => logged.includes('the API server could not be told our CA yet'));
  state.bundle = first;
  await until('it is ours', has(first));
});

type State = { bundle: string | undefined | null; isLeading: boolean };

function aKeeper(t: { readonly after: (run: () => void) => void }, given: Partial<State>) {
  const ending = new AbortController();
  t.after(() => ending.abort());
  const state: State = { bundle: null, isLeading: true, ...given };
  const logged: string[] = [];
  const keep = (_fields: object, message: string) => void logged.push(message);
  const keeper: CaBundle = keepCaBundle({
    kube,
    name,
    bundle: async () => {
      if (typeof state.bundle !== 'string') throw new Error('no answer');
      return state.bundle;
    },
    isLeading: () => state.isLeading,
    log: { debug: keep, info: keep, warn: keep, error: keep },
    signal: ending.signal,
  });
  return { state, keeper, logged };
}

async function make(): Promise<void> {
  await kube.create(ALL, {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'MutatingWebhookConfiguration',
    metadata: { name },
    webhooks: [
      {
        name: 'inject.fleetreload.dev',
        admissionReviewVersions: ['v1'],
        clientConfig: { service: { namespace: 'default', name: 'nobody', path: '/inject' } },
        objectSelector: { matchLabels: { [name]: 'nobody' } },
        rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
        failurePolicy: 'Ignore',
        sideEffects: 'None',
      },
    ],
  });
}

async function write(bundle: string | undefined): Promise<void> {
  const value = Buffer.from(bundle ?? '').toString('base64');
  await kube.patch(path, [{ op: 'replace', path: '/webhooks/0/clientConfig/caBundle', value }], 'json');
}

function has(bundle: string | undefined): () => Promise<boolean> {
  return async () => {
    const caBundle = (await kube.get<Configuration>(path))?.webhooks[0]?.clientConfig.caBundle;
    return (caBundle === undefined ? undefined : Buffer.from(caBundle, 'base64').toString()) === bundle;
  };
}
