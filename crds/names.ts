import { z } from 'zod';
import { matches, ruled } from './rule.ts';

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
export const DNS_LABEL = new RegExp(`^${LABEL}$`);
const DNS_NAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`);
/** Of a ConfigMap or Secret: neither `.` nor `..`, and nothing that begins with `..`. */
const DATA_KEY = /^\.?[-_a-zA-Z0-9][-._a-zA-Z0-9]*$/;

/** The name of an object in the API, such as a ConfigMap's. */
export function objectName(field: string) {
  return ruled(z.string().min(1).max(253), matches(DNS_NAME, `${field} must be an object's name: lower case letters, digits, - and .`));
}

export function containerName(field: string) {
  return ruled(z.string().min(1).max(63), matches(DNS_LABEL, `${field} must be a container's name: lower case letters, digits and -`));
}

/** A key of a ConfigMap or Secret, which is a file's name. */
export function dataKey(field: string) {
  return ruled(
    z.string().min(1).max(253),
    matches(DATA_KEY, `${field} must be a key of a ConfigMap or Secret: letters, digits, -, _ and ., not .. in front`),
  );
}
