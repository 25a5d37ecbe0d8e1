import type { z } from 'zod';

/** One rule, told twice: in CEL for the API server, and as a question for zod at the operator's own border. */
export type Rule<T> = {
  /** `self` is the field's value. */
  readonly cel: string;
  /** What the user reads: names the field and says what to do. */
  readonly message: string;
  readonly holds: (value: T) => boolean;
};

/** The schema with rules. Once per schema: a second call would replace the first one's CEL. */
export function ruled<S extends z.ZodType>(schema: S, ...rules: readonly Rule<z.output<S>>[]): S {
  const checked = rules.reduce((checking, { holds, message }) => checking.refine(holds, message), schema);
  return checked.meta({ 'x-kubernetes-validations': rules.map(({ cel, message }) => ({ rule: cel, message })) });
}

/** A text that matches. The expression is read by RE2 too, so no look-around. */
export function matches(pattern: RegExp, message: string): Rule<string> {
  return { cel: `self.matches(${celText(pattern)})`, message, holds: (text) => pattern.test(text) };
}

/** An expression as a CEL string: `/^a\/b$/` → `"^a/b$"`. */
export function celText(pattern: RegExp): string {
  return JSON.stringify(pattern.source.replaceAll('\\/', '/'));
}
