import { durable, type Journal } from './journal.ts';
import { type Event, step } from './member.ts';
import { reasonOf } from './sentence.ts';
import type { Effect, Member, Next } from './work.ts';

export type Driver = { post(event: Event): void; member(): Member };

export type Machine = {
  /** Monotonic ms. */
  now(): number;
  /** On the disk when it returns. */
  write(journal: Journal): void;
  run(effect: Effect): void;
};

/** Feeds events to the member one at a time: decide, record, and only then act. */
export function drive(start: Next, machine: Machine): Driver {
  let member = start.member;
  let written = '';
  let busy = false;
  const queue: Event[] = [];

  const record = ({ journal }: Member): void => {
    const kept = durable(journal);
    const text = JSON.stringify(kept);
    if (text === written) return;
    machine.write(kept);
    written = text;
  };
  const act = (next: Next): void => {
    member = next.member;
    for (const effect of next.effects) machine.run(effect);
  };
  const happen = (event: Event): void => {
    const next = step(member, event, machine.now());
    try {
      record(next.member);
    } catch (error) {
      // What should have been recorded did not happen: the answer to that only takes back, so it goes on without a record.
      const instead = step(member, { kind: 'unwritable', because: reasonOf(error), lost: event }, machine.now());
      try {
        record(instead.member);
      } catch {
        // It was said in the answer.
      }
      return act(instead);
    }
    act(next);
  };
  const post = (event: Event): void => {
    queue.push(event);
    if (busy) return;
    busy = true;
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) happen(next);
    busy = false;
  };

  record(member);
  act(start);
  return { post, member: () => member };
}
