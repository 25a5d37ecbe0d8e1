/** How an act is told: who runs what, why, how far it went, how long it took. */

import type { Act, Facts, Promised } from './act.ts';
import type { Contrast } from './contrast.ts';
import type { Screen } from './screen.ts';
import { until } from './until.ts';

export function report(act: Act, facts: Facts, promises: readonly Promised[], { line, paint }: Screen): void {
  const { reload } = facts;
  const succeeded = reload?.status?.outcome === 'Succeeded';
  const runs = [...facts.serving].map(([version, pods]) => `${version} on ${pods}`).join(', ');
  line('runs', `${runs}; ${reload ? `${reload.status?.outcome ?? 'not ended'} after ${wavesOf(facts)}` : 'no rollout'}`);
  line('because', facts.because);
  const first = firstMs(facts);
  const requests = `${facts.failed}/${facts.requests} requests failed`;
  if (succeeded) line('times', `first pod +${first} ms, all ${allConfirmed(facts)}; ${requests}`);
  else
    line(
      'blast',
      `${facts.reached} of 10 got ${act.version}, ${facts.servedBy} served it${first === null ? '' : `; first +${first} ms`}; ${requests}`,
    );
  line('kept', sentences(promises.filter(({ kept }) => kept)));
  for (const { says } of promises.filter(({ kept }) => !kept)) line(paint('red', 'BROKEN'), says);
}

export function sentences(promises: readonly Promised[]): string {
  return promises.map(({ says }) => says).join('; ');
}

/** From the PATCH's answer to the first handle fired; null where none was. */
export function firstMs({ answers, applied }: Facts): number | null {
  const firedAt = answers[0]?.firedAt;
  return firedAt ? Math.round(firedAt - applied.answeredAt) : null;
}

/** To the last member's proof. */
function allConfirmed({ answers, applied }: Facts): string {
  const last = Math.max(...answers.map(({ firedAt, tookMs }) => (firedAt ?? 0) + (tookMs ?? 0)));
  return `${answers.length} +${seconds(last - applied.answeredAt)}`;
}

function wavesOf({ reload }: Facts): string {
  const members = (reload?.status?.waves ?? []).map(({ members }) => members);
  return members.length === 1 ? `a wave of ${members[0]}` : `waves of ${members.join(', ')}`;
}

/** The kubelet may take another minute; the story is over before. */
export async function compare(plain: Contrast, { line, live }: Screen): Promise<void> {
  const times = await until(() => {
    live(`waiting for the kubelet: ${plain.rewritten()} of ${plain.pods} plainly mounted ConfigMaps are rewritten`);
    return plain.seconds();
  }, 150);
  line(
    'contrast',
    times
      ? `a plain mount: all ${plain.pods} pods got its edit unchecked, after ${times.first.toFixed(0)} to ${times.last.toFixed(0)} s`
      : `a plain mount: ${plain.rewritten()} of ${plain.pods} pods were rewritten within the time`,
  );
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
