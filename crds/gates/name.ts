import { z } from 'zod';
import { DNS_LABEL } from '../names.ts';
import { matches, ruled } from '../rule.ts';

const TAKEN = ['job', 'readiness'];

/** In what the operator says of the gate, and in its metrics. */
export function gateName() {
  return ruled(z.string().min(1).max(63), matches(DNS_LABEL, 'name must be lower case letters, digits and -, such as errors'), {
    cel: "!(self in ['job', 'readiness'])",
    message: 'name: job and readiness are the names of other gates',
    holds: (name) => !TAKEN.includes(name),
  }).describe('The name of the gate, such as errors. One of its own among all gates.');
}
