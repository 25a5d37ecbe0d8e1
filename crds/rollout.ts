import { z } from 'zod';
import { time } from './time.ts';
import { WAVES_MAX } from './verb.ts';

/** How a rollout ended. Paused is a state, not an end. */
export type Outcome = z.output<typeof Outcome>;
export const Outcome = z.enum(['Succeeded', 'RolledBack', 'RollbackFailed', 'Superseded', 'Aborted']);

/** Longest name of who approved a wave: it keeps the status under 16 KiB. */
export const APPROVED_BY_MAX = 128;

/** The number of a policy's rollout, which names its Reload: nine digits at most. */
export function rolloutNumber({ atLeast }: { readonly atLeast: 0 | 1 }) {
  return z.int().min(atLeast).max(999_999_999);
}

const WaveRecord = z.object({
  upTo: z.string().max(6).describe('How far the wave reached, as the policy said then: a count such as 1, or a share such as 10%.'),
  members: z.int().min(0).describe('How many members it reached, counting the waves before it.'),
  openedAt: time().describe('When the wave opened.'),
  passedAt: time().optional().describe('When its gates had held through the bake. Absent while they have not.'),
  approvedBy: z.string().max(APPROVED_BY_MAX).optional().describe('Who let it open, cut to 128 characters. Absent where nobody had to.'),
});

/** The waves that a rollout has opened, first to last. */
export const WaveRecords = z.array(WaveRecord).max(WAVES_MAX);
