import type { Reload } from '../../../crds/reload.ts';
import type { ReloadPolicy } from '../../../crds/reload-policy.ts';
import type { Assignment } from '../../../operator/link/roster.ts';
import type { Journal } from '../../../sidecar/journal.ts';
import type { Ack, Assign, Hello } from '../../../sidecar/protocol.ts';
import type { Operator } from '../operator.ts';
import type { Pod } from '../pod.ts';

/** All that promises are told of, as it happens. */
export type Hooks = {
  // Operators.
  readonly passes: (operator: Operator) => void;
  /** What the source says, as the pass read it. */
  readonly reads: (operator: Operator, text: string | null) => void;
  /** One pass names a revision for one member. */
  readonly assigns: (operator: Operator, assignment: Assignment) => void;
  /** A frame is about to leave for a member. */
  readonly sends: (operator: Operator, pod: Pod, assign: Assign) => void;
  /** It says something that people read: in an object, or in the log. */
  readonly speaks: (operator: Operator, words: object, where: string) => void;
  // The API server.
  /** It took a status of the policy. */
  readonly recorded: (operator: Operator, before: ReloadPolicy, after: ReloadPolicy) => void;
  readonly created: (operator: Operator, reload: Reload) => void;
  /** It took a status of a Reload. */
  readonly answered: (operator: Operator, before: Reload, after: Reload) => void;
  readonly removes: (operator: Operator, plural: string, name: string) => void;
  /** It took what a person wrote on a Reload, or a wish. */
  readonly said: (reload: Reload) => void;
  /** The policy's status was taken away. */
  readonly wiped: () => void;
  // Sidecars.
  readonly wrote: (pod: Pod, journal: Journal) => void;
  readonly heard: (pod: Pod, assign: Assign, journalBefore: string | null) => void;
  readonly received: (pod: Pod, isRight: boolean) => void;
  readonly greets: (pod: Pod, hello: Hello) => void;
  readonly acked: (pod: Pod, ack: Ack) => void;
  /** The app's handle is fired, or its files are swapped where it watches them: the one effect that there is. A refusal fires it once more, for what was there before. */
  readonly told: (pod: Pod, assign: Assign, inPlace: string) => void;
  // The whole.
  /** Nothing comes from outside from now on. */
  readonly rests: () => void;
  /** Everybody waits for the clock. */
  readonly waits: () => void;
  readonly atRest: () => void;
  /** It does not come to rest. */
  readonly restless: (due: readonly string[]) => void;
  /** From now on (true), or until now, nothing happened that should signal anybody. */
  readonly isCalm: (begins: boolean) => void;
  /** Nobody is there but the members. */
  readonly alone: () => void;
};

const NAMES: readonly (keyof Hooks)[] = [
  'passes',
  'reads',
  'assigns',
  'sends',
  'speaks',
  'recorded',
  'created',
  'answered',
  'removes',
  'said',
  'wiped',
  'wrote',
  'heard',
  'received',
  'greets',
  'acked',
  'told',
  'rests',
  'waits',
  'atRest',
  'restless',
  'isCalm',
  'alone',
];

/** Tells all of them. */
export function hooked(promises: readonly Partial<Hooks>[]): Hooks {
  const entries = NAMES.map((name) => {
    const listeners = promises.flatMap((promise) => promise[name] ?? []) as readonly ((...args: readonly unknown[]) => void)[];
    return [
      name,
      (...args: readonly unknown[]) => {
        for (const listener of listeners) listener(...args);
      },
    ] as const;
  });
  return Object.fromEntries(entries) as unknown as Hooks;
}
