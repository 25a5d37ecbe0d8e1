import { KubeError } from '../kube/errors.ts';
import { pathOf } from '../kube/paths.ts';
import { matches } from '../kube/selector.ts';
import { type Bake, type Edge, type Gate, type GatesSpec, mayQuote, mistake, type Outcome, reachable, unknown } from './gate.ts';
import { isOfPolicy, type Job, jobName, manifestOf, MADE_FOR, printOf } from './job-manifest.ts';
import { lastWordsOf } from './last-words.ts';
import { oneLine } from './words.ts';

type JobSpec = NonNullable<GatesSpec['job']>;

const POLL_MS = 2_000;
const WORDS_MAX = 160;

/** Runs one Job in each bake. Named by the rollout and the wave, so that the next leader takes it up again and makes no second one. */
export function jobGate(spec: JobSpec, { kube, podOf }: Pick<Edge, 'kube' | 'podOf'>): Gate {
  let isLeft = false;
  /** Of ours, by uid, as long as it runs. */
  let running: string | null = null;

  return {
    name: 'job',
    spec,
    firstMs: 0,
    everyMs: POLL_MS,
    measure: async (bake) => {
      const labels = spec.template.metadata?.['labels'];
      if (matches(bake.policy.spec.targets.selector, (labels ?? {}) as Readonly<Record<string, string>>))
        return mistake("the Job's pod would be a member of the fleet: take the labels of spec.targets out of gates.job.template");
      try {
        const outcome = await look(bake);
        // The bake ended while the API server thought.
        if (isLeft && running !== null) await remove(bake, running);
        return outcome;
      } catch (error) {
        return outcomeOf(error);
      }
    },
    leave: async (bake) => {
      isLeft = true;
      if (running !== null) await remove(bake, running);
    },
  };

  async function look(bake: Bake): Promise<Outcome> {
    const job = await kube.get<Job>(pathOf(JOBS, { ...placeOf(bake), name: jobName(bake) }));
    if (job === null) return await make(bake);
    if (!isOfPolicy(job, bake.policy)) return mistake(`a Job ${jobName(bake)} is there that is not ours: delete it`);
    if (job.metadata.deletionTimestamp !== undefined) return RUNNING;
    // Of an earlier bake of this wave, or of another template. The next look makes ours.
    if (job.metadata.annotations?.[MADE_FOR] !== printOf(spec, bake)) {
      await remove(bake, job.metadata.uid);
      return RUNNING;
    }
    const condition = job.status?.conditions?.find(({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'));
    running = condition === undefined ? job.metadata.uid : null;
    if (condition === undefined) return RUNNING;
    if (condition.type === 'Complete') return { kind: 'job', state: 'succeeded', words: '' };
    const words =
      condition.reason === 'DeadlineExceeded' ? `it ran for longer than ${spec.timeout}` : await lastWordsOf(kube, job, mayQuote(bake));
    return { kind: 'job', state: 'failed', words: words ?? oneLine(condition.message ?? condition.reason ?? '', WORDS_MAX) };
  }

  async function make(bake: Bake): Promise<Outcome> {
    const manifest = manifestOf(spec, bake, reachable(bake.measure, podOf));
    const { metadata } = await kube.create<Job>(pathOf(JOBS, placeOf(bake)), manifest);
    running = metadata.uid;
    return RUNNING;
  }

  async function remove(bake: Bake, uid: string): Promise<void> {
    const path = pathOf(JOBS, { ...placeOf(bake), name: jobName(bake) });
    await kube.remove(path, { propagationPolicy: 'Background', preconditions: { uid } });
  }
}

const JOBS = { apiVersion: 'batch/v1', plural: 'jobs' };
const RUNNING: Outcome = { kind: 'job', state: 'running', words: '' };

function placeOf({ policy }: Bake) {
  return { namespace: policy.metadata.namespace };
}

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof KubeError)) throw error;
  // Made by the leader before us, a moment ago.
  if (error.reason === 'AlreadyExists') return RUNNING;
  // `POST /apis/…: 403 Forbidden: ` is for developers.
  const words = oneLine(error.message.replace(/^[A-Z]+ \S+: (\d{3} \w+: )?/, ''), WORDS_MAX);
  if (error.status === 403 && /cannot \w+ resource "jobs"/.test(error.message))
    return mistake('the operator may not make Jobs here: set jobGate: true in the values of its Helm release');
  if (error.status === 400 || error.status === 403 || error.status === 422) return mistake(`its Job is refused: ${words}`);
  return unknown(`its Job cannot be looked at: ${words}`);
}
