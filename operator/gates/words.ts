import { cut } from '../../crds/because.ts';

/** The first line of what others wrote: safe in a log, a status and a terminal, and not too long for them. */
export function oneLine(text: string, max: number): string {
  return cut(escaped(text.trim().split(/\r?\n/, 1)[0] ?? ''), max);
}

/** Control characters, those that turn the text's direction, and halves of emoji, as `\u{1b}`. */
export function escaped(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

/** `ECONNREFUSED` of the network, else what the error says. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error), 120);
  const { code } = error as { code?: unknown };
  const isOfNetwork = typeof code === 'string' && /^E[A-Z_]+$/.test(code) && !code.startsWith('ERR_');
  return isOfNetwork ? code : oneLine(error.message || (typeof code === 'string' ? code : error.name), 120);
}
