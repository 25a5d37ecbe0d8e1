/** docs/reference/conditions.md, made of what the operator writes. `node operator/conditions-reference.ts` writes it; twice gives the same bytes. */

import { writeFileSync } from 'node:fs';
import { Conditions } from '../crds/condition.ts';
import { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { conditionsOf } from './conditions.ts';
import { beginning } from './plan/turn.ts';

export const PAGE = new URL('../docs/reference/conditions.md', import.meta.url);

const { phase, outcome } = ReloadPolicyStatus.shape;
const { type } = Conditions.element.shape;

export function reference(): string {
  const phases = phase.unwrap().options;
  return `# Conditions

*Made by \`operator/conditions-reference.ts\` from what the operator writes: change it there.*

A ReloadPolicy has three conditions, after kstatus, so that \`kubectl wait\`, Argo CD, Flux and \`helm --wait\` read them alike. The reason of each is the phase, and
\`Ready\` has \`because\` as its message. What the messages mean: [troubleshooting](../troubleshooting.md).

| condition | tells |
|---|---|
${type.options.map((it) => row([`\`${it}\``, saidOf(type.description, it)])).join('')}
| phase, and reason | ${type.options.map((it) => `\`${it}\``).join(' | ')} | means |
|---|${type.options.map(() => '---|').join('')}---|
${phases.map((it) => row([`\`${it}\``, ...statusesIn(it), saidOf(phase.description, it)])).join('')}
\`kubectl wait rp/web --for=condition=Ready\` waits for the fleet. A rollout's end is \`status.outcome\`, of the policy and of its Reload:
${outcome
  .unwrap()
  .options.map((it) => `\`${it}\``)
  .join(', ')}. What each of them means: [rollback and quarantine](../concepts/rollback.md).
`;
}

type Phase = typeof beginning.phase;

function statusesIn(of: Phase): readonly string[] {
  const facts = { progress: { ...beginning, phase: of }, fleet: [], generation: 1, now: 0 };
  return conditionsOf(facts, []).map(({ status }) => status);
}

/** Of `Ready: … Stalled: …`, what is said of one. */
function saidOf(description: string | undefined, word: string): string {
  const said = new RegExp(`\\b${word}: (.*?\\.)(?= [A-Z]\\w+: |$)`).exec(description ?? '')?.[1];
  if (said === undefined) throw new Error(`nothing is said of ${word}`);
  return said;
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

if (import.meta.main) writeFileSync(PAGE, reference());
