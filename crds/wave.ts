import { z } from 'zod';
import { durationField } from './duration.ts';
import { labelKey } from './label.ts';
import { type Rule, ruled } from './rule.ts';
import { shareField } from './share.ts';

type Wave = z.output<typeof Wave>;
const Wave = z.object({
  upTo: shareField('upTo', { atLeast: 1 }).describe(
    'How far the rollout reaches with this wave, counting the waves before it: a count of members such as 1, or a share of the fleet such as 10%, rounded up.',
  ),
  bake: durationField('bake', { from: '0s', upTo: '24h' })
    .default('30s')
    .describe("For how long the gates must hold after the wave's last member applied. A duration from 0s to 24h."),
  approval: z
    .enum(['Required'])
    .optional()
    .describe('Required: the wave opens only when a person has approved it on the Reload, by spec.approve. Also the first wave.'),
  spread: labelKey('spread', 'topology.kubernetes.io/zone')
    .optional()
    .describe('A label of nodes, such as topology.kubernetes.io/zone: the wave takes members of its values in turn.'),
});

/** How a count stands to a percent is known only with the fleet at hand: the planner orders those. */
const countsRise = rising({
  kind: 'counts',
  cel: 'self.map(w, type(w.upTo) == int, int(w.upTo))',
  of: ({ upTo }) => (typeof upTo === 'number' ? [upTo] : []),
});
const percentsRise = rising({
  kind: 'percents',
  cel: "self.map(w, type(w.upTo) == string && w.upTo.matches('^[0-9]{1,3}%$'), int(w.upTo.replace('%', '')))",
  of: ({ upTo }) => (typeof upTo === 'string' ? [Number.parseInt(upTo, 10)] : []),
});

/** Whatever passes the last gate is stable, for the members that no wave reached as well. */
const reachesAll: Rule<readonly Wave[]> = {
  cel: "self.size() == 0 || self[self.size() - 1].upTo == '100%'",
  message: 'waves: the last one must reach 100%',
  holds: (waves) => waves.length === 0 || waves.at(-1)?.upTo === '100%',
};

export const Waves = ruled(z.array(Wave).min(1).max(16), countsRise, percentsRise, reachesAll);

/** `cel` and `of` take the numbers of one kind out of the waves. */
function rising({ kind, cel, of }: { kind: string; cel: string; of: (wave: Wave) => readonly number[] }): Rule<readonly Wave[]> {
  return {
    cel: `${cel}.isSorted() && ${cel}.all(n, ${cel}.exists_one(m, m == n))`,
    message: `waves: upTo must rise from wave to wave (${kind})`,
    holds: (waves) => waves.flatMap(of).every((number, i, numbers) => i === 0 || number > (numbers[i - 1] ?? 0)),
  };
}
