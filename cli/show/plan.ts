import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import { planned } from '../../operator/observe/planned.ts';
import { windowOf } from '../../operator/observe/windows.ts';
import { allowedUnavailable, reach } from '../../operator/plan/shares.ts';
import { span } from './age.ts';
import { table } from './table.ts';

export type Planned = {
  readonly policy: ReloadPolicy;
  /** Members with our sidecar. */
  readonly managed: number;
  /** What the namespace is frozen for; null where it is not. */
  readonly freeze: string | null;
  /** What differs from stable, as text. */
  readonly changes: string;
  /** Why the operator would pass this content over; null where it would not. */
  readonly quarantined: string | null;
  readonly now: number;
};

/** What a rollout of these changes would do: by the planner's own shares, and by what holds it now. */
export function plan({ policy, managed, freeze, changes, quarantined, now }: Planned): string {
  const { name } = policy.metadata;
  if (changes === '') return `${name}: nothing would be rolled out: the sources say what stable is\n`;
  const { waves, maxUnavailable, gates } = planned(policy.spec);
  const rows = waves.map(({ upTo, bakeMs, approval }, i) => [
    String(i + 1),
    String(upTo),
    String(reach(upTo, managed)),
    span(bakeMs),
    approval ? 'Required' : '',
  ]);
  const bakes = waves.reduce((sum, { bakeMs }) => sum + bakeMs, 0);
  const said = [
    `It bakes for ${span(bakes)} in all; at most ${allowedUnavailable(maxUnavailable, managed)} of ${managed} members are unavailable at once.`,
    `Gates: ${['readiness', ...gates.map((gate) => gate.name)].join(', ')}; they are measured while a wave bakes.`,
    ...holds(policy, freeze, quarantined, now),
  ];
  return `${changes}\n${table(['WAVE', 'UP TO', 'MEMBERS', 'BAKE', 'APPROVAL'], rows)}\n${said.map((it) => `${it}\n`).join('')}`;
}

function holds(
  { metadata, spec, status }: ReloadPolicy,
  freeze: string | null,
  quarantined: string | null,
  now: number,
): readonly string[] {
  const windows = windowOf(spec.windows, now);
  const closed = windows.kind === 'window' && !windows.window.open;
  const opensAt = closed && windows.window.changesAt !== null ? ` at ${new Date(windows.window.changesAt).toISOString()}` : '';
  return [
    ...(quarantined === null ? [] : [`It would be passed over: it is in quarantine, ${quarantined}.`]),
    ...(spec.paused ? ['It would wait: the policy is paused.'] : []),
    ...(freeze === null ? [] : [`It would wait: the namespace is frozen, ${freeze}.`]),
    ...(windows.kind === 'mistake' ? [`It would wait: ${windows.because}.`] : []),
    ...(closed ? [`It would wait for the next window${opensAt}.`] : []),
    ...(status?.candidateRevision
      ? [
          `${metadata.name}-${status.rollout} is under way: ${spec.onNewRevision === 'Finish' ? 'it would end first' : 'it would be superseded'}.`,
        ]
      : []),
  ];
}
