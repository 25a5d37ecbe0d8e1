import type { Gate as MeasuredGate, GatesSpec, Outcome } from '../../operator/gates/gate.ts';
import { type Gates, keepMeasuring } from '../../operator/gates/measuring.ts';
import type { Measure } from '../../operator/plan/situation.ts';
import type { Operator } from './operator.ts';
import { logOf } from './operator-world.ts';
import type { World } from './world.ts';

/** A measurement under way: the story says what it finds, and when. */
export type Asking = {
  readonly gate: string;
  readonly kind: 'metrics' | 'http' | 'job';
  readonly measure: Measure;
  readonly end: (found: Outcome) => void;
};

const EVERY_MS = 5_000;

/** The real rounds, over measurements that the story ends. */
export function gatesOf(world: World, self: () => Operator): Gates {
  return keepMeasuring({
    gatesOf: (spec) => all(spec, self),
    onNews: () => {
      self().isTouched = true;
    },
    clock: { now: world.wall, after: world.time.after, every: world.time.after },
    log: logOf(world, self),
  });
}

function all({ metrics = [], http = [], job }: GatesSpec, self: () => Operator): readonly MeasuredGate[] {
  return [
    ...metrics.map((spec) => gate(spec.name, 'metrics', spec, self)),
    ...http.map((spec) => gate(spec.name, 'http', spec, self)),
    ...(job ? [gate('job', 'job', job, self)] : []),
  ];
}

function gate(name: string, kind: Asking['kind'], spec: object, self: () => Operator): MeasuredGate {
  return {
    name,
    spec,
    firstMs: 0,
    everyMs: EVERY_MS,
    measure: ({ measure }, signal) =>
      new Promise((resolve) => {
        const { asking } = self();
        const it: Asking = {
          gate: name,
          kind,
          measure,
          end: (found) => {
            forget();
            resolve(found);
          },
        };
        const forget = () => asking.splice(0, asking.length, ...asking.filter((other) => other !== it));
        asking.push(it);
        signal.addEventListener('abort', forget);
      }),
  };
}

/** `holds`, `fails`, `nothing`, `unknown`, `mistake`, `runs`: what a measurement of that kind finds. */
export type Finding = (typeof FINDINGS)[number];
export const FINDINGS = ['holds', 'fails', 'nothing', 'unknown', 'mistake', 'runs'] as const;

export function end({ kind, measure, end: tell }: Asking, finding: Finding): void {
  if (finding === 'unknown' || finding === 'mistake')
    return tell({ kind: 'unknown', because: 'nobody answers', mistake: finding === 'mistake' });
  switch (kind) {
    case 'metrics':
      return tell({ kind: 'values', values: finding === 'nothing' ? [] : [finding === 'fails' ? 2 : 0] });
    case 'http':
      return tell({
        kind: 'answers',
        asked: finding === 'nothing' ? [] : measure.canary,
        wrong: finding === 'fails' ? measure.canary.map((member) => ({ member, because: `${member} says no` })) : [],
      });
    case 'job':
      return tell({
        kind: 'job',
        state: finding === 'fails' ? 'failed' : finding === 'holds' ? 'succeeded' : 'running',
        words: 'so it says',
      });
  }
}
