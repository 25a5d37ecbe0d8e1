import { Option } from 'commander';
import { oneLine } from './show/paint.ts';

/** Why, for people: it stands beside the verb in the record, in Events and in the policy's status. */
export function reasonOption(): Option {
  return new Option('--reason <text>', 'why, for people');
}

export type WithReason = { readonly reason?: string };

/** As it is heard, in one line; nothing where none was given. */
export function reasonIn({ reason }: WithReason): { readonly reason?: string } {
  return reason ? { reason: oneLine(reason) } : {};
}
