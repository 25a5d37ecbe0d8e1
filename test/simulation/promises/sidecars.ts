import { compareEpochs } from '../../../operator/link/epochs.ts';
import type { Journal } from '../../../sidecar/journal.ts';
import type { Ack, Assign, Hello } from '../../../sidecar/protocol.ts';
import type { Pod } from '../pod.ts';
import type { Judge } from './judge.ts';

/** Of what a sidecar heeds, says, and tells its app. */
export function promisesOfSidecars({ check, note, textOf, said }: Judge) {
  const effects = new Map<string, number>();
  /** Of each sidecar, the last frames. */
  const frames = new Map<string, readonly Assign[]>();
  /** What each app was proved to run, and has been told nothing since. */
  const proved = new Map<string, string>();

  return { wrote, heard, received, greets, acked, told, heardBy, effects: () => sum(effects) };

  function wrote(pod: Pod, { epoch }: Journal): void {
    const before = pod.disk.journal === null ? null : (JSON.parse(pod.disk.journal) as Journal).epoch;
    check(
      'a sidecar never forgets an epoch (I3)',
      before === null || (epoch !== null && compareEpochs(epoch, before) >= 0),
      () => `${before?.join('.')} then ${epoch?.join('.')}`,
    );
  }

  function heard(pod: Pod, assign: Assign, journal: string | null): void {
    const { epoch, revision } = assign;
    frames.set(pod.uid, [...heardBy(pod), assign].slice(-20));
    const seen = journal === null ? null : (JSON.parse(journal) as Journal).epoch;
    if (seen === null || compareEpochs(epoch, seen) >= 0) return;
    check(
      'a lower epoch is never applied (I3)',
      pod.disk.journal === journal,
      () => `${pod.name} saw ${seen?.join('.')}, and heeds ${revision} of ${epoch.join('.')}`,
    );
  }

  function received(pod: Pod, isRight: boolean): void {
    check('a file is never taken for another (I4)', isRight, () => `${pod.name} was sent other bytes than it wants`);
  }

  function greets({ uid }: Pod, { running }: Hello): void {
    if (running === null) return;
    said.add(`${uid} ${running.content}`).add(`${uid} ${running.content} ${running.proof}`);
  }

  function acked(pod: Pod, { outcome, content, revision }: Ack): void {
    note(`${pod.name} says of ${textOf(content)}: ${outcome.kind} ${outcome.kind === 'applied' ? outcome.proof : outcome.because}`);
    if (outcome.kind !== 'applied') return;
    said.add(`${pod.uid} ${content}`).add(`${pod.uid} ${content} ${outcome.proof}`);
    const { app, disk } = pod;
    check('a sidecar says applied only of what is in place', disk.inPlace === content, () => `${pod.name} and ${revision}`);
    const runs = !app.alive || app.runs === textOf(content);
    check('a sidecar says applied only of what the app runs (I13)', runs, () => `${pod.name} runs ${app.runs}, and says ${revision}`);
    proved.set(pod.uid, content);
  }

  /** The app's handle is fired: the one effect that there is. A refusal fires it once more, for what was there before. */
  function told(pod: Pod, assign: Assign, inPlace: string): void {
    const journal = pod.sidecar?.driver.member().journal;
    const isForward = journal?.try?.step === 'fire';
    note(`${pod.name} is told of ${textOf(inPlace)} by ${assign.attempt}`);
    const key = `${pod.uid} ${assign.content} ${assign.attempt} ${isForward ? 'forward' : 'back'}`;
    effects.set(key, (effects.get(key) ?? 0) + 1);
    check(
      'one try has at most one effect (I11)',
      effects.get(key) === 1,
      () => `${pod.name}, ${textOf(assign.content)}, ${assign.attempt}`,
    );
    check(
      'the files in place are those that the app is told of',
      !isForward || inPlace === assign.content,
      () => `${pod.name} has ${textOf(inPlace)}`,
    );
    const isSame = isForward && proved.get(pod.uid) === inPlace && !journal.unsure;
    check('equal bytes cause no signal (I6)', !isSame, () => `${pod.name} is told of ${textOf(inPlace)}, which it runs`);
    proved.delete(pod.uid);
  }

  function heardBy({ uid }: Pod): readonly Assign[] {
    return frames.get(uid) ?? [];
  }
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((a, b) => a + b, 0);
}
