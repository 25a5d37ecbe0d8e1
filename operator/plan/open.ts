import type { Progress, Situation } from './situation.ts';
import { approvalOf } from './verbs.ts';
import { nextWave, openedWaves } from './waves.ts';
import { waitingFor, waveOf } from './words.ts';

/** Opens the next wave. */
export function openWave(situation: Situation, progress: Progress): Progress {
  const { policy, now } = situation;
  const { upTo } = nextWave(situation, progress);
  const wave = openedWaves(progress);
  const record = { upTo, openedAt: now, passedAt: null, members: 0, approvedBy: approvalOf(progress) };
  return {
    ...progress,
    waves: [...progress.waves, record],
    wave,
    bakeStartedAt: null,
    phase: 'Progressing',
    because: waitingFor(progress.candidate ?? '', wave, policy),
  };
}

/** Why the next wave may not open without a person; null where it may. */
export function approvalNeeded(situation: Situation, progress: Progress): string | null {
  if (!nextWave(situation, progress).approval || approvalOf(progress) !== null) return null;
  return `${waveOf(openedWaves(progress), situation.policy)} waits for approval`;
}
