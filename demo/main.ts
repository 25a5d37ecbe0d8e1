/**
 * The story of the README, told on a real cluster and checked as it goes: exits 1 where a promise of it is broken.
 * Times are printed and decide nothing. Needs KUBECONFIG, KUBECTL, HELM, and a cluster with our images: `make demo` brings them.
 */

import { type Promised, perform } from './act.ts';
import { ACTS } from './acts.ts';
import { contrast } from './contrast.ts';
import { watchFleet } from './fleet.ts';
import { install } from './install.ts';
import { kubectl } from './kubectl.ts';
import { load } from './load.ts';
import { compare, firstMs, report, seconds, sentences } from './report.ts';
import { screen } from './screen.ts';
import { until } from './until.ts';

process.chdir(`${import.meta.dirname}/..`);
const end = new AbortController();
const view = screen(process.stdout);
try {
  process.exitCode = (await tell(end.signal)) ? 0 : 1;
} catch (error) {
  view.say(view.paint('red', `The demo could not go on: ${(error as Error).message}`));
  process.exitCode = 1;
} finally {
  end.abort();
}

/** Whether every promise was kept. */
async function tell(signal: AbortSignal): Promise<boolean> {
  const { say, line, live, paint } = view;
  const began = Date.now();
  await install(live);
  const requests = load(`http://${await kubectl('get', 'service', 'web', '-n', 'shop', '-o', 'jsonpath={.spec.clusterIP}')}/`, signal);
  const fleet = watchFleet(signal);
  if (!(await until(() => fleet.status().phase, 20))) throw new Error("the policy's status cannot be watched");
  say(paint('bold', 'Fleet Reload: ten nginx pods, five edits of the ConfigMap that they read'));
  say(`   Ready after ${seconds(Date.now() - began)}. 100 requests a second; +t counts from the PATCH's answer.`);
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
  line('in all', `${requests.requests()} requests, ${requests.failed()} failed; good edits' first pod +${median(firsts)} ms (median)`);
  if (requests.failed() > 0) line('', `the last failure: ${requests.lastFailure()}`);
  const good = broken.length === 0 && requests.failed() === 0;
  say(good ? paint('green', 'Every promise was kept.') : paint('red', `Broken: ${sentences(broken) || 'no request fails'}.`));
  return good;
}

function median(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2).toFixed(0);
}
