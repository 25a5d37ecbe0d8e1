import { isOn, liveMembers } from './fleet.ts';
import { controlOf, SAMPLE } from './measuring.ts';
import type { Gate, GateVerdict, Measurement, Member, Progress, Situation } from './situation.ts';
import { allowedFailures } from './shares.ts';
import { sentence } from './words.ts';

/** What the measured gates say of the bake under way. Unknown is neither pass nor fail. */
export function judgeGates(situation: Situation, progress: Progress, canary: readonly Member[]): readonly GateVerdict[] {
  const { measured, policy } = situation;
  const isOfThisBake =
    measured !== null &&
    measured.rollout === progress.rollout &&
    measured.wave === progress.wave &&
    measured.since === progress.bakeStartedAt;
  return policy.gates.map((gate) => {
    const measurements = isOfThisBake ? (measured.measurements.get(gate.name) ?? []) : [];
    const verdict = judgeGate(gate, measurements, { situation, progress, canary });
    // Looked at, and never waited for.
    if (gate.kind === 'metrics' && gate.dryRun && verdict.kind !== 'pass')
      return { ...verdict, kind: 'pass', because: `dry run: ${verdict.because}` };
    return verdict;
  });
}

type Bake = { readonly situation: Situation; readonly progress: Progress; readonly canary: readonly Member[] };

function judgeGate(gate: Gate, measurements: readonly Measurement[], bake: Bake): GateVerdict {
  const { name } = gate;
  const verdict = (kind: GateVerdict['kind'], because: string): GateVerdict => ({ gate: name, kind, because: `gate ${name}: ${because}` });
  if (gate.kind === 'metrics' && gate.comparesControl && controlOf(bake.situation, bake.progress).length === 0)
    return isEverybody(bake)
      ? verdict('pass', 'no member is left to compare with')
      : verdict('unknown', 'no member is known to run stable');
  const last = measurements.at(-1);
  if (last === undefined) return verdict('wait', gate.kind === 'job' ? 'its Job is yet to run' : 'yet to be measured');
  if (last.kind === 'unknown') return verdict(last.mistake ? 'pause' : 'unknown', last.because);

  // What is unknown ends no row of failures.
  const wrong = measurements.filter(({ kind }) => kind !== 'unknown').map((measurement) => wrongOf(gate, measurement, bake));
  const now = wrong.at(-1) ?? null;
  if (now === null) return unprovedOf(last, bake, verdict) ?? verdict('pass', 'holds');
  if (gate.kind === 'metrics' && gate.noData === 'Pause' && isEmpty(last)) return verdict('pause', `${now}: mend it, promote or abort`);
  const inARow = wrong.length - 1 - wrong.findLastIndex((it) => it === null);
  const needed = gate.kind === 'job' ? 1 : gate.failures;
  return inARow >= needed ? verdict('fail', now) : verdict('wait', 'its last measurement did not hold');
}

/** Why the measurement does not hold; null where it does, or says nothing. */
export function wrongOf(
  gate: Gate,
  measurement: Measurement,
  { situation }: { readonly situation: Pick<Situation, 'policy'> },
): string | null {
  switch (measurement.kind) {
    case 'unknown':
      return null;
    case 'job':
      return measurement.state === 'failed' ? `its Job failed: ${measurement.words}` : null;
    case 'answers': {
      const { wrong, asked } = measurement;
      // `maxFailures` forgives some of them; where all are wrong, nothing is proved.
      const most = Math.min(allowedFailures(situation.policy.maxFailures, asked.length), Math.max(0, asked.length - 1));
      return wrong.length > most ? sentence(wrong.map(({ because }) => because)) : null;
    }
    case 'values':
      return gate.kind === 'metrics' ? wrongValue(gate, measurement.values) : null;
  }
}

function wrongValue({ min, max, noData }: Gate & { readonly kind: 'metrics' }, values: readonly number[]): string | null {
  if (values.length === 0) return noData === 'Pass' ? null : 'its query has no data';
  const above = max === null ? undefined : values.find((value) => value > max);
  if (above !== undefined) return `${above} is above ${max}`;
  const below = min === null ? undefined : values.find((value) => value < min);
  return below === undefined ? null : `${below} is below ${min}`;
}

/** Nothing is wrong, and yet it is not proved: the Job runs, or members were not asked yet. */
function unprovedOf(
  last: Measurement,
  { canary }: Bake,
  verdict: (kind: GateVerdict['kind'], because: string) => GateVerdict,
): GateVerdict | null {
  if (last.kind === 'job') return last.state === 'succeeded' ? null : verdict('wait', 'its Job runs');
  if (last.kind !== 'answers') return null;
  const asked = new Set(last.asked);
  // Not all of a large wave are asked: then those who were speak for it.
  const isSample = asked.size < canary.length && asked.size >= SAMPLE;
  const unasked = canary.filter(({ uid }) => !asked.has(uid));
  return isSample || unasked.length === 0 ? null : verdict('wait', `yet to ask ${sentence(unasked.map(({ name }) => name))}`);
}

/** No live member is without the candidate, for all that is known. */
function isEverybody({ situation, progress }: Bake): boolean {
  const { candidate } = progress;
  return candidate !== null && liveMembers(situation.fleet).every((member) => isOn(member, candidate));
}

function isEmpty(measurement: Measurement): boolean {
  return measurement.kind === 'values' && measurement.values.length === 0;
}
