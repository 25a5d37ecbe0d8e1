import { RE2JS } from 're2js';
import { z } from 'zod';
import { ruled } from './rule.ts';

/** A regular expression in RE2's syntax: its time is bounded, whatever the text. The API server says besides what is wrong with it. */
export function expression(field: string) {
  return ruled(z.string().min(1).max(256), {
    // Always true; an expression that is none makes it an error, which neither || nor && may swallow.
    cel: "''.matches(self) in [true, false]",
    message: `${field} must be a regular expression in RE2's syntax, without look-around and back references`,
    holds: isRe2,
  });
}

function isRe2(text: string): boolean {
  try {
    RE2JS.compile(text);
    return true;
  } catch {
    return false;
  }
}
