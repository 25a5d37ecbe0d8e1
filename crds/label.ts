import { z } from 'zod';
import { matches, ruled } from './rule.ts';

export const LABEL_KEY = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
export const LABEL_KEY_MAX = 317;
const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$/;

export function labelKey(field: string, example: string) {
  return ruled(z.string().max(LABEL_KEY_MAX), matches(LABEL_KEY, `${field} must be a label's key such as ${example}`));
}

export function labelValue(field: string) {
  return ruled(z.string().max(63), matches(LABEL_VALUE, `${field}: a label's value has letters, digits, -, _ and . only`));
}
