/** One line that is safe in a log, a status and a terminal: the first line, without control characters, at most `limit` characters. */
export function oneLine(text: string, limit = 200): string {
  const line = text.trim().split(/\r?\n/, 1)[0] ?? '';
  const plain = line.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (char) => `\\u${char.codePointAt(0)?.toString(16).padStart(4, '0')}`);
  return plain.length > limit ? `${plain.slice(0, limit - 1)}…` : plain;
}

/** 3000 is `3s`, 240 is `0.2s`. */
export function seconds(ms: number): string {
  return `${Math.max(0, Math.round(ms / 100) / 10)}s`;
}

/** What an unexpected failure says of itself: the sentence of a file operation begins with its code (`ENOSPC: no space left on device, …`). */
export function reasonOf(error: unknown): string {
  return oneLine(error instanceof Error ? error.message : String(error));
}
