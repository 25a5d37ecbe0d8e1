import type { Cancel, Clock } from '../link/clock.ts';
import type { Measurement } from '../plan/situation.ts';
import { type Bake, type Gate, type Outcome, unknown } from './gate.ts';
import { reasonOf } from './words.ts';

export type Rounds = {
  /** The last ones, oldest first. */
  readonly measurements: () => readonly Measurement[];
  readonly end: () => void;
};

/** As many as `failures` may ask for. */
const KEPT = 10;
/** What could not be measured is not tried again at once. */
const UNKNOWN_MS = 10_000;

/** Measures now and then until `end`, or until a Job has ended: never twice at once, and whatever goes wrong is a measurement too. */
export function measureInRounds(gate: Gate, bakeOf: () => Bake, clock: Clock, onNews: () => void): Rounds {
  const ending = new AbortController();
  let measurements: readonly Measurement[] = [];
  const { since } = bakeOf().measure;
  let cancel: Cancel = clock.after(bounded(since + gate.firstMs - clock.now(), gate.firstMs), begin);

  return {
    measurements: () => measurements,
    end: () => {
      cancel();
      ending.abort(new Error('the bake is over'));
    },
  };

  function begin(): void {
    const startedAt = clock.now();
    void outcomeOf(gate, bakeOf(), ending.signal).then((outcome) => {
      if (ending.signal.aborted) return;
      const measurement = { ...outcome, at: clock.now() };
      const runsOn = isRunning(measurement) && isRunning(measurements.at(-1));
      measurements = [...(runsOn ? measurements.slice(0, -1) : measurements), measurement].slice(-KEPT);
      const everyMs = measurement.kind === 'unknown' ? Math.max(gate.everyMs, UNKNOWN_MS) : gate.everyMs;
      if (measurement.kind !== 'job' || isRunning(measurement))
        cancel = clock.after(bounded(startedAt + everyMs - clock.now(), everyMs), begin);
      // That a Job still runs is no news.
      if (!runsOn) onNews();
    });
  }
}

/** Never rejects. */
async function outcomeOf(gate: Gate, bake: Bake, signal: AbortSignal): Promise<Outcome> {
  try {
    return await gate.measure(bake, signal);
  } catch (error) {
    return unknown(`could not be measured: ${reasonOf(error)}`);
  }
}

function isRunning(measurement: Measurement | undefined): boolean {
  return measurement?.kind === 'job' && measurement.state === 'running';
}

/** A clock that was set back delays nothing for longer than the interval. */
function bounded(ms: number, max: number): number {
  return Math.min(Math.max(ms, 0), max);
}
