import { z } from 'zod';
import { time } from './time.ts';

/** How a rollout ended. Paused is a state, not an end. */
export type Outcome = z.output<typeof Outcome>;
export const Outcome = z.enum(['Succeeded', 'RolledBack', 'RollbackFailed', 'Superseded', 'Aborted']);

const WaveRecord = z.object({
  upTo: z.string().max(6).describe('How far the wave reached, as the policy said then: a count such as 1, or a share such as 10%.'),
  members: z.int().min(0).describe('How many members it reached, counting the waves before it.'),
  openedAt: time().describe('When the wave opened.'),
  passedAt: time().optional().describe('When its gates had held through the bake. Absent while they have not.'),
});

/** The waves that a rollout has opened, first to last. */
export const WaveRecords = z.array(WaveRecord).max(16);
