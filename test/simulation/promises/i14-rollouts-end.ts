import { millis } from '../../../crds/duration.ts';
import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { policyIn } from '../api.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** What is seen a moment later than it is due. */
const SLACK_MS = 60_000;

/** I14: unless it waits for a person, a window or a freeze, and says so, or there is nobody to ask, every rollout ends within `deadline` of its last step. */
export function rolloutsEnd({ world: worldOf, check }: Judge): Partial<Hooks> {
  /** By the world's own clock. */
  let progressedAt = 0;
  let isResting = false;
  const progress = () => {
    progressedAt = worldOf().time.now();
  };
  return {
    rests: () => {
      isResting = true;
      progress();
    },
    acked: progress,
    recorded: (_, { status: before = {} }, { status: after = {} }) => {
      if (JSON.stringify(stepIn(before)) !== JSON.stringify(stepIn(after))) progress();
    },
    waits: () => {
      const { api, time, pods } = worldOf();
      const policy = policyIn(api);
      if (!isResting || policy?.status?.candidateRevision === undefined || policy.status.phase === 'Paused') return;
      if (![...pods.values()].some(({ managed, app }) => managed && app.startedAt !== null)) return;
      const { spec, status } = policy;
      const bakes = Math.max(...spec.waves.map(({ bake }) => millis(bake)));
      const sinceMs = time.now() - progressedAt;
      check(
        'a rollout without progress ends by its deadline (I14)',
        sinceMs <= millis(spec.deadline) + bakes + SLACK_MS,
        () => `nothing for ${sinceMs / 1000} s: ${status.because}`,
      );
    },
    atRest: () => {
      isResting = false;
      const policy = policyIn(worldOf().api);
      if (policy?.status === undefined) return;
      const { status, spec } = policy;
      const isOver = status.candidateRevision === undefined && ((status.rollout ?? 0) === 0 || status.outcome !== undefined);
      // The deadline counts anew from each opening of a window.
      const isCutShort = (spec.windows ?? []).some(({ duration }) => millis(duration) <= millis(spec.deadline));
      const isWaiting =
        status.phase === 'Paused' || isCutShort || (status.because?.startsWith('waiting for members: there are none') ?? false);
      check('every rollout ends, unless it waits and says so (I14)', isOver || isWaiting, () => `${status.phase}: ${status.because}`);
    },
  };
}

function stepIn({ rollout, wave, candidateRevision, bakeStartedAt, phase, outcome, heard }: ReloadPolicyStatus) {
  return [rollout, wave, candidateRevision, bakeStartedAt, phase, outcome, heard];
}
