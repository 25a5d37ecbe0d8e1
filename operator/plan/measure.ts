import type { Millis, Revision, Uid } from './names.ts';

/** For one bake. The canary has the candidate, the control has stable; both by their uids, in the order of the rollout. */
export type Measure = {
  readonly rollout: number;
  readonly wave: number;
  readonly since: Millis;
  readonly candidate: Revision;
  readonly canary: readonly Uid[];
  readonly control: readonly Uid[];
};

/** Of one bake: what was measured for another one counts for nothing. */
export type Measured = {
  readonly rollout: number;
  readonly wave: number;
  readonly since: Millis;
  /** By gate, the last ones, oldest first. */
  readonly measurements: ReadonlyMap<string, readonly Measurement[]>;
};

export type Measurement =
  /** Of a query; none: it has no data. */
  | { readonly kind: 'values'; readonly at: Millis; readonly values: readonly number[] }
  /** Of members that were asked over HTTP: those whose answer was not as it should be, of so many. */
  | {
      readonly kind: 'answers';
      readonly at: Millis;
      readonly asked: readonly Uid[];
      readonly wrong: readonly { readonly member: string; readonly because: string }[];
    }
  | { readonly kind: 'job'; readonly at: Millis; readonly state: 'running' | 'succeeded' | 'failed'; readonly words: string }
  /** It could not be measured. Neither pass nor fail. `mistake`: it never will, unless a person mends the policy. */
  | { readonly kind: 'unknown'; readonly at: Millis; readonly because: string; readonly mistake: boolean };

/** How a measured gate stands. `unknown`: it could not be measured. `pause`: nor will it be, until a person does something. */
export type GateVerdict = {
  readonly gate: string;
  readonly kind: 'pass' | 'wait' | 'fail' | 'unknown' | 'pause';
  readonly because: string;
};
