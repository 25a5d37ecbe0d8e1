/**
 * The story of the README, told on a real cluster and checked as it goes: exits 1 where a promise of it is broken.
 * Times are printed and decide nothing. Needs KUBECONFIG, KUBECTL, and a cluster with our images and CRDs: `make demo` brings them.
 */

import { type Act, type Facts, type Promised, perform } from './act.ts';
import { ACTS } from './acts.ts';
import { type Contrast, contrast } from './contrast.ts';
import { watchFleet } from './fleet.ts';
import { install } from './install.ts';
import { kubectl } from './kubectl.ts';
import { load } from './load.ts';
import { type Screen, screen } from './screen.ts';
import { until } from './until.ts';

process.chdir(`${import.meta.dirname}/..`);
const end = new AbortController();
const { signal } = end;
const view = screen(process.stdout);
const { say, line, live, paint } = view;
try {
  process.exitCode = (await tell()) ? 0 : 1;
} catch (error) {
  say(paint('red', `The demo could not go on: ${(error as Error).message}`));
  process.exitCode = 1;
} finally {
  end.abort();
}

/** Whether every promise was kept. */
async function tell(): Promise<boolean> {
  const began = Date.now();
  await install(live);
  const ip = await kubectl('get', 'service', 'web', '-n', 'shop', '-o', 'jsonpath={.spec.clusterIP}');
  const requests = load(`http://${ip}/`, signal);
  const fleet = watchFleet(signal);
  if (!(await until(() => fleet.status().phase, 20))) throw new Error("the policy's status cannot be watched");
  say(paint('bold', 'Fleet Reload: ten nginx pods, five edits of the ConfigMap that they read'));
  say(`   All was ready after ${seconds(Date.now() - began)}. From here on 100 requests a second; times are`);
  say("   counted from the API server's answer to the edit.");
  const plain = await contrast('demo/plain-edit.yaml', signal);

  const broken: Promised[] = [];
  const firsts: number[] = [];
  for (const [index, act] of ACTS.entries()) {
    say();
    say(paint('bold', `${index + 1}  ${act.title}`) + paint('grey', `   kubectl apply -f ${act.edit}`));
    const facts = await perform(act, fleet, requests, live);
    const promises = act.promises(facts);
    report(act, facts, promises, view);
    broken.push(...promises.filter(({ kept }) => !kept));
    const first = firstMs(facts);
    if (facts.reload?.status?.outcome === 'Succeeded' && first !== null) firsts.push(first);
  }

  say();
  await compare(plain, view);
  const median = firsts.toSorted((a, b) => a - b)[Math.floor((firsts.length - 1) / 2)];
  line('in all', `${requests.requests()} requests, ${requests.failed()} failed; good edits' first pod +${median ?? '?'} ms (median)`);
  if (requests.failed() > 0) line('', `the last failure: ${requests.lastFailure()}`);
  say(
    broken.length === 0
      ? paint('green', 'Every promise was kept.')
      : paint('red', `${broken.length} broken: ${broken.map(({ says }) => says).join('; ')}`),
  );
  return broken.length === 0 && requests.failed() === 0;
}

function report(act: Act, facts: Facts, promises: readonly Promised[], { line, paint }: Screen): void {
  const { reload, serving } = facts;
  const runs = [...serving].map(([version, pods]) => `${version} on ${pods}`).join(', ');
  const reach = reload?.status?.waves?.map(({ members }) => members).join(', ');
  line(
    'runs',
    reload
      ? `${runs}; ${reload.status?.outcome ?? 'not ended'} after ${reach === '1' ? 'a wave of 1 pod' : `waves of ${reach} pods`}`
      : `${runs}; no rollout`,
  );
  line('because', facts.because);
  if (reload?.status?.outcome !== 'Succeeded')
    line('blast', `${facts.reached} of 10 pods were given ${act.version}, ${facts.servedBy} served it`);
  const first = firstMs(facts);
  const times = first === null ? '' : `first pod +${first} ms${allTimes(facts)}; `;
  line('times', `${times}${facts.requests} requests, ${facts.failed} failed`);
  line(
    'kept',
    promises
      .filter(({ kept }) => kept)
      .map(({ says }) => says)
      .join('; '),
  );
  for (const { says } of promises.filter(({ kept }) => !kept)) line(paint('red', 'BROKEN'), says);
}

/** PATCH answered to the first handle fired. */
function firstMs({ answers, applied }: Facts): number | null {
  const firedAt = answers[0]?.firedAt;
  return firedAt ? Math.round(firedAt - applied.answeredAt) : null;
}

function allTimes({ answers, applied, reload }: Facts): string {
  if (reload?.status?.outcome !== 'Succeeded') return '';
  const last = Math.max(...answers.map(({ firedAt, tookMs }) => (firedAt ?? 0) + (tookMs ?? 0)));
  return `, all ${answers.length} confirmed +${seconds(last - applied.answeredAt)}`;
}

/** The kubelet may take another minute; the story is over before. */
async function compare(plain: Contrast, { line, live }: Screen): Promise<void> {
  const times = await until(() => {
    live(`waiting for the kubelet: ${plain.rewritten()} of ${plain.pods} plainly mounted ConfigMaps are rewritten`);
    return plain.seconds();
  }, 150);
  const all = `all ${plain.pods} pods got the edit, unasked and unchecked`;
  line(
    'contrast',
    times
      ? `a plain ConfigMap mount: ${all}, ${times.first.toFixed(0)} to ${times.last.toFixed(0)} s after it`
      : `a plain ConfigMap mount: only ${plain.rewritten()} pods rewritten`,
  );
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
