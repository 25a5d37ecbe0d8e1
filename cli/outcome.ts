/** How a command ends: 0 done, 1 failed or refused, 2 the files or the command line are wrong. `said` is for people, on stderr. */
export type Outcome = { readonly exitCode: 0 | 1 | 2; readonly stdout: string; readonly said: readonly string[] };

export function done(stdout: string): Outcome {
  return { exitCode: 0, stdout: ended(stdout), said: [] };
}

export function refused(because: string): Outcome {
  return { exitCode: 1, stdout: '', said: [because] };
}

export function misused(because: string): Outcome {
  return { exitCode: 2, stdout: '', said: [because] };
}

/** Thrown where the command line, or a file that it names, is wrong: in words, and ends as `misused`. */
export class Misuse extends Error {}

function ended(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
