import type { Reload } from '../../crds/reload.ts';
import { planned } from '../../operator/observe/planned.ts';
import { allowedUnavailable, reach } from '../../operator/plan/shares.ts';
import type { GateNow } from '../gates-now.ts';
import { span } from './age.ts';
import { estimate } from './estimate.ts';
import { holds, type Standing } from './holds.ts';
import { oneLine } from './paint.ts';
import { table } from './table.ts';

export type Planned = Standing & {
  /** What a file changes of the policy, as text; null where the cluster has none of that name. */
  readonly edited: string | null;
  /** Members: all, those with our sidecar, and of them those that are not Ready. */
  readonly members: { readonly total: number; readonly managed: number; readonly unready: readonly string[] };
  /** What differs from stable, as text. */
  readonly changes: string;
  /** By name, sources that we may not read, and why. */
  readonly unread: ReadonlyMap<string, string>;
  /** The policy's rollouts, oldest first. */
  readonly reloads: readonly Reload[];
  readonly gates: readonly GateNow[];
};

/** What a rollout of these changes would do: by the planner's own shares, and by what holds it now. */
export function plan(asked: Planned): string {
  const { policy, edited, members, changes, unread, reloads } = asked;
  const { name } = policy.metadata;
  const isNothing = changes === '' && unread.size === 0 && edited !== null;
  const nothing = `${name}: nothing would be rolled out: the sources say what stable is\n`;
  if (isNothing && edited === '') return nothing;
  const { waves, maxUnavailable } = planned(policy.spec);
  const rows = waves.map(({ upTo, bakeMs, approval }, i) => [
    String(i + 1),
    String(upTo),
    String(reach(upTo, members.managed)),
    span(bakeMs),
    approval ? 'Required' : '',
  ]);
  const { ms, says } = estimate(waves, reloads);
  const paragraphs = [
    edited ?? `${name} is not in the cluster yet: members that have these files already are adopted, and the others get them so:\n`,
    edited === null ? '' : changes,
    isNothing ? `${nothing}The next edit of them would go so:\n` : '',
    [...unread].map(([source, because]) => `Whether ${source} changed is not known: ${because}\n`).join(''),
    table(['WAVE', 'UP TO', 'MEMBERS', 'BAKE', 'APPROVAL'], rows),
    lines([
      ...unmanaged(members),
      ...(members.managed === 0
        ? []
        : [`At most ${allowedUnavailable(maxUnavailable, members.managed)} of ${members.managed} members are unavailable at once.`]),
      says,
      ...holds(asked, ms),
    ]),
    lines(['Gates, in each bake:', `  ${readiness(asked)}`, ...asked.gates.map((gate) => `  ${gate.name}: ${oneLine(gate.now)}`)]),
  ];
  return paragraphs.filter((it) => it !== '').join('\n');
}

function unmanaged({ total, managed }: Planned['members']): readonly string[] {
  if (total === 0) return ['No pod is selected now.'];
  return total === managed ? [] : [`${total - managed} of ${total} pods have no sidecar: they are never asked, and not waited for.`];
}

function readiness({ policy, members: { managed, unready } }: Planned): string {
  const { restarts } = policy.spec.gates.readiness;
  const again = restarts === 0 ? 'none of its containers starts again' : `its containers start again ${restarts} times at most`;
  const asks = `readiness: every member asked is Ready, and ${again}`;
  if (managed === 0) return asks;
  const shown = unready.slice(0, 3).join(', ') + (unready.length > 3 ? ' and more' : '');
  return `${asks}; now ${managed - unready.length} of ${managed} are Ready${unready.length > 0 ? `, and not ${shown}` : ''}`;
}

function lines(all: readonly string[]): string {
  return all.map((it) => `${it}\n`).join('');
}
