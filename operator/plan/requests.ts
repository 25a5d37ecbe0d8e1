import { begin } from './begin.ts';
import { stopOf } from './hold.ts';
import { isQuarantined, quarantine, quarantined } from './quarantine.ts';
import type { Plan, Progress, Request, Situation } from './situation.ts';
import { isReturning } from './returning.ts';
import { saidBy } from './verbs.ts';

/** What became of a wish: another progress, an answer, both, or neither for now. */
export type Taken = { readonly progress: Progress; readonly answer: Plan['answer'] };

/** Takes up the oldest wish that has no answer. One at a time: the next one waits until this one's answer stands on its Reload. */
export function takeUp(situation: Situation, progress: Progress): Taken {
  const [request] = situation.requests;
  if (request === undefined) return { progress, answer: null };
  const { reload } = request;
  // Recorded by an earlier pass, and not answered since it died there.
  if (progress.request === reload) return { progress, answer: { reload, refused: null } };
  // Whoever comes back to stable has arrived first.
  if (isReturning(progress) || situation.source.kind === 'unknown') return { progress, answer: null };
  const refused = refusalOf(situation, progress, request);
  if (refused !== null) return { progress, answer: { reload, refused } };
  const next = request.kind === 'retry' ? retry(situation, progress, request) : goTo(situation, progress, request);
  return { progress: { ...next, request: reload }, answer: { reload, refused: null } };
}

function refusalOf(situation: Situation, progress: Progress, request: Request): string | null {
  const { source } = situation;
  const { revision, missing } = request;
  if (source.kind === 'held') return source.because;
  if (request.kind === 'retry') {
    if (isStuck(progress, request)) return stoppedBy(situation, progress);
    if (liftedBy(progress, request).length > 0) return null;
    return `nothing that failed in rollout ${request.rollout} is in quarantine; the present one is ${progress.rollout}`;
  }
  const { stable, candidate } = progress;
  if (missing !== null) return missing;
  if (stable === null) return 'there is no stable revision to come from';
  if (revision === candidate) return `${revision} is rolling out already`;
  if (revision === stable && candidate === null && isStable(situation, progress)) return `${revision} is stable already`;
  const failed = progress.quarantined.find((it) => it.revision === revision);
  if (failed !== undefined) {
    const lifts = failed.rollout === 0 ? '' : `. Retry it on the Reload of rollout ${failed.rollout}`;
    return `${revision} is in quarantine: ${failed.because}${lifts}`;
  }
  return stoppedBy(situation, progress);
}

/** A wish is for now, so that it passes over windows; a stop was said by a person, and stands until a person lifts it. */
function stoppedBy(situation: Situation, progress: Progress): string | null {
  const stop = stopOf({ ...situation, window: { open: true, changesAt: null }, rolling: null }, { ...progress, heard: [] });
  return stop?.because ?? null;
}

/** Nothing else is said by the sources that could begin. */
function isStable({ source }: Situation, progress: Progress): boolean {
  return source.kind !== 'present' || source.revision === progress.stable || isQuarantined(progress, source.revision);
}

/** Lifts what failed in that rollout. Where the sources still say it, it begins again: with the next turn, or at once where it waits for a person. */
function retry(situation: Situation, progress: Progress, request: Request): Progress {
  const why = saidBy('retried', request);
  // What the sources say is passed over by it as it was by the first try.
  if (isStuck(progress, request) && progress.candidate !== null)
    return { ...begin(situation, progress, progress.candidate, why), undone: progress.undone };
  const lifted = liftedBy(progress, request);
  const lifting = { ...progress, quarantined: progress.quarantined.filter((it) => !lifted.includes(it)) };
  const { source, policy, freeze } = situation;
  const isWanted = source.kind === 'present' && lifted.some(({ revision }) => revision === source.revision);
  if (!isWanted || progress.candidate !== null || policy.paused || freeze !== null) return lifting;
  return begin(situation, lifting, source.revision, why);
}

/** To another revision than the sources say: what they say is passed over until it is something else. */
function goTo(situation: Situation, progress: Progress, request: Request): Progress {
  const { source, now } = situation;
  const { candidate, stable } = progress;
  const why = saidBy('undone', request);
  const said = source.kind === 'present' && source.revision !== request.revision ? source.revision : null;
  if (request.revision === stable) {
    const passedOver = said === null || said === candidate ? progress : quarantined(progress, said, why, now);
    return candidate === null ? passedOver : quarantine(passedOver, candidate, why, now);
  }
  // The fleet goes on from stable: what was on its way is as undone as what is. It failed in its own rollout, whose Reload a retry is said to.
  const marked = candidate === null ? progress : quarantined(progress, candidate, why, now);
  return { ...begin(situation, marked, request.revision, why), undone: said };
}

/** Failed, and paused for a person. */
function isStuck({ failed, rollout }: Progress, request: Request): boolean {
  return failed !== null && request.rollout === rollout;
}

function liftedBy({ quarantined: all }: Progress, { rollout }: Request): Progress['quarantined'] {
  return all.filter((it) => it.rollout === rollout);
}
