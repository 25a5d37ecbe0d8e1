/** The story: five edits of one ConfigMap, and what is promised of each. */

import type { Act, Facts, Promised } from './act.ts';

const PODS = 10;
/** Of the first wave in examples/nginx/3-policy.yaml: so long the canary runs an edit alone. */
const FIRST_BAKE_MS = 8000;

export const ACTS: readonly Act[] = [
  { title: 'A good edit', edit: 'demo/edits/1-good.yaml', version: 'v2', promises: (facts) => goesThrough(facts, 'v2') },
  {
    title: 'A bad edit, which nginx refuses',
    edit: 'demo/edits/2-bad.yaml',
    version: 'v3',
    promises: (facts) => [...stopsAtTheCanary(facts, 'v2'), kept('no pod ever served it', facts.servedBy === 0)],
  },
  { title: 'Git applies the bad edit again', edit: 'demo/edits/3-bad-again.yaml', version: 'v3', promises: isRefusedByQuarantine },
  {
    title: 'A slow poison, which nginx takes',
    edit: 'demo/edits/4-poison.yaml',
    version: 'v4',
    promises: (facts) => [...stopsAtTheCanary(facts, 'v2'), kept('the canary alone served it', facts.servedBy === 1)],
  },
  { title: 'The fix', edit: 'demo/edits/5-fix.yaml', version: 'v5', promises: (facts) => goesThrough(facts, 'v5') },
];

function goesThrough(facts: Facts, version: string): readonly Promised[] {
  const reach = facts.reload?.status?.waves?.map(({ members }) => members).join(', ');
  const [first, second] = facts.answers.map(({ firedAt }) => firedAt);
  return [
    kept('it succeeded', facts.reload?.status?.outcome === 'Succeeded'),
    kept('in waves of 1, 3, 10', reach === '1, 3, 10'),
    kept('the canary ran it alone through its bake', Boolean(first && second && second - first >= FIRST_BAKE_MS)),
    ...always(facts, version),
  ];
}

function stopsAtTheCanary(facts: Facts, stable: string): readonly Promised[] {
  return [
    kept('it was rolled back', facts.reload?.status?.outcome === 'RolledBack'),
    kept('one pod was asked', facts.reached === 1),
    kept(
      'it is in quarantine',
      facts.quarantined.some(({ revision }) => revision === facts.reload?.spec.revision),
    ),
    ...always(facts, stable),
  ];
}

function isRefusedByQuarantine(facts: Facts): readonly Promised[] {
  return [
    kept('the operator saw it', facts.seen),
    kept('no rollout began', facts.reload === null),
    kept('no pod was asked', facts.fired === 0 && facts.servedBy === 0),
    kept(
      'the status says why',
      facts.quarantined.some(({ because }) => facts.because.includes(because)),
    ),
    ...always(facts, 'v2'),
  ];
}

function always(facts: Facts, version: string): readonly Promised[] {
  return [kept(`all ten serve ${version}`, facts.serving.get(version) === PODS), kept('no request failed', facts.failed === 0)];
}

function kept(says: string, kept: boolean): Promised {
  return { says, kept };
}
