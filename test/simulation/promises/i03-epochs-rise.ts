import { compareEpochs } from '../../../operator/link/epochs.ts';
import type { Journal } from '../../../sidecar/journal.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

/** I3: a sidecar never applies an assignment with a lower (epoch, sequence) than one that it has seen; nor does an older leader overwrite a status. */
export function epochsRise({ check, heardBy }: Judge): Partial<Hooks> {
  return {
    wrote: (pod, { epoch }) => {
      const before = pod.disk.journal === null ? null : (JSON.parse(pod.disk.journal) as Journal).epoch;
      check(
        'a sidecar never forgets an epoch (I3)',
        before === null || (epoch !== null && compareEpochs(epoch, before) >= 0),
        () => `${before?.join('.')} then ${epoch?.join('.')}`,
      );
    },
    heard: (pod, assign, journal) => {
      const { epoch, revision } = assign;
      const frames = heardBy(pod);
      frames.push(assign);
      if (frames.length > 20) frames.shift();
      const seen = journal === null ? null : (JSON.parse(journal) as Journal).epoch;
      if (seen === null || compareEpochs(epoch, seen) >= 0) return;
      check(
        'a lower epoch is never applied (I3)',
        pod.disk.journal === journal,
        () => `${pod.name} saw ${seen?.join('.')}, and heeds ${revision} of ${epoch.join('.')}`,
      );
    },
    recorded: (_, { status: before }, { status: after }) =>
      check(
        'a lower epoch never overwrites a higher one (I3)',
        (after?.epoch ?? 0) >= (before?.epoch ?? 0),
        () => `${after?.epoch} after ${before?.epoch}`,
      ),
  };
}
