import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

/** `kubectl reload ARGS`, as a user runs it; `until` sees what it printed so far, and true interrupts it as Ctrl-C does. */
export async function plugin(args: readonly string[], until?: (stdout: string) => boolean): Promise<Ended> {
  const child = spawn(process.execPath, ['cli/main.ts', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    seen += piece;
    if (until?.(seen)) child.kill('SIGINT');
  });
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
  const stderr = await text(child.stderr);
  return { status: await ended, stdout: seen, stderr };
}
