import { setImmediate } from 'node:timers/promises';
import { RE2JS } from 're2js';
import type { slots } from './slots.ts';
import { reasonOf } from './words.ts';

export type Expression = { readonly look: (text: string) => Promise<'matches' | 'differs' | 'too long'> };

/**
 * RE2's time is the expression's size times the text's length, and 256 characters such as `(a[ab]{900}c|b[ab]{900}c)` take seconds
 * for 64 KiB. This many steps take 0.1 s; `^(ok|warm)$` has the size 13, and may look at more than a body can be.
 */
const STEPS = 2_000_000;

/** Lets one look at a time through, over all policies: between two of them, the operator does its other work. */
export type InTurn = ReturnType<typeof slots>;

/** A user's expression, found anywhere in a text; or what is wrong with it. */
export function expressionOf(text: string, inTurn: InTurn): Expression | string {
  try {
    const compiled = RE2JS.compile(text);
    const size = compiled.programSize();
    return {
      look: async (value) => {
        if (size * value.length > STEPS) return 'too long';
        return inTurn(async () => {
          await setImmediate();
          return compiled.matcher(value).find() ? 'matches' : 'differs';
        });
      },
    };
  } catch (error) {
    return `matches is no expression: ${reasonOf(error)}`;
  }
}
