import type { Log } from '../kube/log.ts';
import type { Clock } from '../link/clock.ts';
import { openAsk } from './ask.ts';
import type { Edge, Gate, GatesSpec } from './gate.ts';
import { httpGate } from './http.ts';
import { jobGate } from './job.ts';
import { type Gates, keepMeasuring } from './measuring.ts';
import { metricsGate } from './metrics.ts';
import { slots } from './slots.ts';

export type { PodOf } from './gate.ts';
export type { Gates } from './measuring.ts';

export type GatesOptions = Pick<Edge, 'kube' | 'podOf'> & {
  /** Something was measured for the policy of that key, `NAMESPACE/NAME`: look again. */
  readonly onNews: (key: string) => void;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
};

/** Measured at the edge, judged in plan/: nothing here says pass or fail. Of one lead: the next leader measures anew. */
export function openGates(options: GatesOptions): Gates {
  const edge: Edge = { ...options, ask: openAsk(options.clock), inTurn: slots(1) };
  return keepMeasuring({ ...options, gatesOf: (spec) => gatesOf(spec, edge) });
}

/** The table: a kind of gate a file. Readiness is measured by the pods themselves. */
function gatesOf({ http = [], metrics = [], job }: GatesSpec, edge: Edge): readonly Gate[] {
  return [
    ...http.map((gate) => httpGate(gate, edge)),
    ...metrics.map((gate) => metricsGate(gate, edge)),
    ...(job ? [jobGate(job, edge)] : []),
  ];
}
