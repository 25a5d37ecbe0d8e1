/** `kubectl reload`, verb by verb, on four nginx pods; what it says is kept in cli.golden.txt. */

import assert from 'node:assert/strict';
import { before } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { CANARY } from '../support/canary.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { importImage, kubectl } from '../support/kubectl.ts';
import { nginxFleet, page } from '../support/nginx-fleet.ts';
import { type Ended, plugin } from '../support/plugin.ts';
import { prometheus } from '../support/prometheus.ts';
import { storiesOf } from '../support/story.ts';
import { keptIn, transcript } from '../support/transcript.ts';
import { until } from '../support/until.ts';

const NAMESPACE = 'e2e-cli';
const APPROVED = [
  { upTo: 1, bake: '1s' },
  { upTo: '50%', bake: '1s', approval: 'Required' },
  { upTo: '100%', bake: '1s' },
];
const SLOW = APPROVED.map(({ upTo }) => ({ upTo, bake: '1h' }));
const QUICK = APPROVED.map(({ upTo }) => ({ upTo, bake: '1s' }));

const FLEET = nginxFleet({ replicas: 4, waves: APPROVED, maxUnavailable: '50%' });

const POLICY = FLEET.manifests.policy;

const said = transcript('test/e2e/cli.golden.txt');
before(() => importImage('prometheus'));

const story = keptIn(
  said,
  storiesOf((cluster, operator) => openFleet(NAMESPACE, FLEET, cluster, operator)),
);

/** `kubectl reload ARGS -n e2e-cli`, in the transcript. */
async function reload(args: string, input = ''): Promise<Ended> {
  const ended = await plugin([...words(args), '-n', NAMESPACE], { input });
  said.add(`kubectl reload ${args}`, ended);
  return ended;
}

/** As a shell splits them: 'the audit is on' is one. */
function words(args: string): readonly string[] {
  return [...args.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = '']) => quoted ?? word);
}

story('a fleet at rest', async () => {
  assert.equal((await reload('get web')).status, 0);
  assert.equal((await reload('get nobody')).status, 1);
  await reload('history web');
  await reload('wait web --for=succeeded --timeout=1m');
  for (const command of ['list', 'get web', 'history web']) {
    const [json, yaml] = await Promise.all(['json', 'yaml'].map((format) => plugin([...words(command), '-n', NAMESPACE, '-o', format])));
    assert.deepEqual(parse(yaml?.stdout ?? ''), JSON.parse(json?.stdout ?? ''), command);
  }
  const all = JSON.parse((await plugin(['list', '-A', '-o', 'json'])).stdout) as { items: { metadata: { namespace: string } }[] };
  assert.ok(all.items.some(({ metadata }) => metadata.namespace === NAMESPACE));
});

story('a doctor who finds nothing, and one who is asked for nobody', async (fleet) => {
  assert.equal((await reload(`doctor ${fleet.pods()[0]?.metadata.name}`)).status, 0);
  assert.equal((await reload('doctor nobody')).status, 1);
  assert.equal((await reload('doctor --system nowhere')).status, 1);
});

story('files are checked and given the sidecar, and the API server takes them', async () => {
  const files = ['2-config.yaml', '3-policy.yaml', '4-web.yaml'].map((file) => `-f examples/nginx/${file}`);
  said.add(`kubectl reload lint ${files.join(' ')}`, await plugin(['lint', ...words(files.join(' '))]));
  const input = POLICY.replace('signal: SIGHUP', 'signal: SIGKILL').replace('waves:', 'wavs:');
  said.add('kubectl reload lint -f -', await plugin(['lint', '-f', '-'], { input }));
  const { stdout, status } = await plugin(['inject', '-f', 'examples/nginx/4-web.yaml', '--policy', 'examples/nginx/3-policy.yaml']);
  assert.equal(status, 0);
  const [deployment] = parseAllDocuments(stdout).map((document) => document.toJS() as { metadata: { namespace?: string } });
  delete deployment?.metadata.namespace;
  await kubectl(['apply', '-n', NAMESPACE, '--dry-run=server', '-f', '-'], JSON.stringify(deployment));
});

story('a plan of what is there already, and of an edit', async () => {
  await reload('plan web');
  await reload('plan web --with demo/edits/1-good.yaml');
  await reload('plan web --with examples/nginx/4-web.yaml');
});

story(
  'a plan of a policy that is edited, with a gate that holds and one that nobody can measure, and of policies that are not there yet',
  async () => {
    const address = await prometheus(NAMESPACE);
    const gates = `
  gates:
    http: [{ name: health, port: 8080, path: /healthz, matches: ready }]
    metrics:
      - { name: errors, prometheus: { address: '${address}', query: vector(0.5) }, max: 1 }
      - { name: slow, prometheus: { address: 'http://nobody.${NAMESPACE}', query: slow }, max: 1 }
`;
    await reload('plan -f - --with demo/edits/1-good.yaml', `${POLICY}${gates}`);
    await reload('plan -f -', POLICY);
    await reload('plan -f -', POLICY.replace('name: web', 'name: web-too'));
    await reload('plan -f -', POLICY.replace('name: web', 'name: nobody').replaceAll('app: web', 'app: nobody'));
    await reload('plan -f -', POLICY.replace('sources:', 'source:'));
    await reload('plan -f examples/nginx/3-policy.yaml');
    await reload('plan');
    await reload('plan wbe');
  },
);

story('a rollout that waits for approval, and is followed', async (fleet) => {
  const rollout = await begun(fleet, page('v2'), /waits for approval/);
  await reload('get web');
  await reload('wait web --timeout=1s');
  await reload('approve web --wave 3');
  const over = new AbortController();
  try {
    // Which lines it has depends on when it looked.
    const followed = plugin(['get', 'web', '-w', '-n', NAMESPACE], { until: (stdout) => stdout.includes('Healthy'), givenUp: over.signal });
    await reload("approve web --reason 'the canary looks good'");
    assert.equal((await fleet.ended(rollout)).status?.outcome, 'Succeeded');
    // Counts are written along with a step, and this was the last.
    assert.equal((await reload('list')).status, 0);
    const { status, stdout } = await followed;
    assert.deepEqual([status, stdout.trimEnd().split('\n').at(-1)], [0, `web Healthy, 4 of 4 applied: ${fleet.status().because}`]);
  } finally {
    over.abort();
  }
});

story('a rollout that is paused, resumed, promoted and aborted', async (fleet) => {
  await fleet.patch({ waves: SLOW });
  const first = await begun(fleet, page('v3'), /bakes/);
  await reload("pause web --reason 'we look at errors'");
  await reload('resume web');
  await reload('resume web');
  await reload('promote web');
  await fleet.until('wave 2 bakes', ({ wave, bakeStartedAt }) => wave === 2 && bakeStartedAt !== undefined);
  await reload('promote web --full');
  assert.equal((await fleet.ended(first)).status?.outcome, 'Succeeded');
  const second = await begun(fleet, page('v4'), /bakes/);
  await reload("abort web --reason 'wrong day'");
  assert.equal((await fleet.ended(second)).status?.outcome, 'Aborted');
  await reload('get web');
  await reload('pause web');
  await reload('wait web');
});

story('a revision that is retried, and one that is undone', async (fleet) => {
  await fleet.patch({ waves: QUICK });
  const { rollout: last = 0, quarantined = [] } = fleet.status();
  const revision = quarantined.at(-1)?.revision ?? '';
  await reload(`retry ${revision}`);
  await reload(`retry 0123456789abcdef --reason 'a hope'`);
  await reload(`retry ${revision} --reason 'the right day'`);
  assert.equal((await fleet.ended(last + 1)).status?.outcome, 'Succeeded');
  await reload("undo web --reason 'v4 is slow'");
  assert.equal((await fleet.ended(last + 2)).status?.outcome, 'Succeeded');
  await fleet.serves('v3');
  await reload(`undo web --to 0123456789abcdef`);
  await reload('history web -o wide');
  await reload('plan web --with demo/edits/1-good.yaml');
  await reload(`diff ${fleet.status().stableRevision} ${revision}`);
  await reload(`diff ${revision} 0123456789abcdef`);
});

story('a namespace that is frozen', async (fleet) => {
  // They name their namespace themselves, and need no other one.
  await reload(`freeze ${NAMESPACE} --reason 'the audit is on'`);
  await reload(`freeze nowhere`);
  await fleet.edit(page('v5'));
  await fleet.until('it waits for the freeze', ({ because }) => /frozen/.test(because ?? ''));
  await reload('list -o wide');
  const { rollout = 0 } = fleet.status();
  await reload(`unfreeze ${NAMESPACE}`);
  await reload(`unfreeze ${NAMESPACE}`);
  await reload('wait web --for=succeeded --timeout=1m');
  // While it was frozen, nothing began.
  assert.equal((await fleet.ended(rollout + 1)).status?.outcome, 'Succeeded');
});

story('a Secret, of which only names and sizes are shown', async (fleet) => {
  const revisions: string[] = [];
  for (const password of [`${CANARY} hunter2`, `${CANARY} correct horse`]) {
    await kubectl(['apply', '-n', NAMESPACE, '-f', '-'], secretAndPolicy(password));
    await fleet.until('its revision is kept', () => {
      const { stableRevision = '', candidateRevision = stableRevision } = fleet.status('keys');
      const isNew = candidateRevision !== '' && !revisions.includes(candidateRevision);
      if (isNew) revisions.push(candidateRevision);
      return isNew;
    });
  }
  const { stdout } = await reload(`diff ${revisions.join(' ')}`);
  assert.doesNotMatch(stdout, /canary|hunter2|correct horse/);
});

/** Nobody takes it: what it says first is stable at once, and what it says then waits for members. */
function secretAndPolicy(password: string): string {
  return `
apiVersion: v1
kind: Secret
metadata: { name: keys }
stringData: { password: ${password}, user: web }
---
apiVersion: fleetreload.dev/v1alpha1
kind: ReloadPolicy
metadata: { name: keys }
spec:
  sources: [{ secret: { name: keys } }]
  targets: { selector: { matchLabels: { app: nobody } } }
  handle: { http: { port: 8080, path: /-/reload } }
`;
}

/** A rollout of that content, and a status that says so. */
async function begun(fleet: Fleet, content: string, because: RegExp): Promise<number> {
  const next = (fleet.status().rollout ?? 0) + 1;
  await fleet.edit(content);
  await fleet.until(`rollout ${next} says ${because}`, (it) => it.rollout === next && because.test(it.because ?? ''));
  await until(`web-${next} is there`, async () => (await fleet.reload(next)) !== null);
  return next;
}
