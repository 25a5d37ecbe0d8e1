import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

export type Ended = { readonly status: number | null; readonly stdout: string; readonly stderr: string };

type How = {
  /** Sees what it printed so far; true interrupts it as Ctrl-C does. */
  readonly until?: (stdout: string) => boolean;
  /** Nobody waits for it any more. */
  readonly givenUp?: AbortSignal;
  readonly mostMs?: number;
  /** On stdin. */
  readonly input?: string;
  /** As another user: a file in place of $KUBECONFIG. */
  readonly kubeconfig?: string;
};

/** `kubectl reload ARGS`, as a user runs it. One that is given up, or is not there in time, is killed: its status is null. */
export async function plugin(
  args: readonly string[],
  { until, givenUp, mostMs = 120_000, input = '', kubeconfig }: How = {},
): Promise<Ended> {
  const env = { ...process.env, ...(kubeconfig !== undefined && { KUBECONFIG: kubeconfig }) };
  const timed = { timeout: mostMs, killSignal: 'SIGKILL' } as const;
  const child = spawn(process.execPath, ['cli/main.ts', ...args], { ...timed, stdio: ['pipe', 'pipe', 'pipe'], env });
  // Who ends before it has read that is no matter of the story: how it ended says enough.
  child.stdin.on('error', () => {}).end(input);
  givenUp?.addEventListener('abort', () => child.kill('SIGKILL'));
  let seen = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => {
    seen += piece;
    if (until?.(seen)) child.kill('SIGINT');
  });
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
  const stderr = await text(child.stderr);
  return { status: await ended, stdout: seen, stderr };
}
