/** What a user has: kubectl and Helm. Their paths come from KUBECTL and HELM, their cluster from KUBECONFIG. */

import { execFile, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

const KUBECTL = process.env.KUBECTL ?? 'kubectl';
// Its log's times are local ones without a zone.
const ENV = { ...process.env, TZ: 'UTC' };

/** What it printed. Throws with what it complained of. */
export async function kubectl(...args: readonly string[]): Promise<string> {
  return (await run(KUBECTL, args)).stdout;
}

export async function helm(...args: readonly string[]): Promise<void> {
  await run(process.env.HELM ?? 'helm', args);
}

/** When the API server had answered the PATCH of `kubectl apply`, by kubectl's own log (ms since 1970), and what the object's version is then. */
export type Applied = { readonly answeredAt: number; readonly resourceVersion: string };

/** `kubectl apply -f FILE` of one object. */
export async function apply(file: string): Promise<Applied> {
  const { stdout, stderr } = await run(KUBECTL, ['apply', '-f', file, '-v=6', '-o', 'jsonpath={.metadata.resourceVersion}']);
  const answers = stderr.split('\n').filter((line) => /verb="PATCH".* status="200 OK"/.test(line));
  const time = /^I(\d\d)(\d\d) ([\d:.]+) /.exec(answers.at(-1) ?? '');
  if (!time) throw new Error(`kubectl apply -f ${file} patched nothing:\n${stderr.split('\n').slice(-8).join('\n')}`);
  const [, month, day, clock] = time;
  return { answeredAt: Date.parse(`${new Date().getUTCFullYear()}-${month}-${day}T${clock}Z`), resourceVersion: stdout.trim() };
}

/** Hands on each line of a kubectl that goes on, such as a watch or a log, until `signal`; started again where it ends before. */
export function follow(args: readonly string[], onLine: (line: string) => void, signal: AbortSignal): void {
  if (signal.aborted) return;
  const child = spawn(KUBECTL, args, { env: ENV, stdio: ['ignore', 'pipe', 'ignore'], signal });
  child.on('error', (error) => {
    if (!signal.aborted) throw error;
  });
  child.on('close', () => setTimeout(() => follow(args, onLine, signal), 500).unref());
  createInterface(child.stdout).on('line', onLine);
}

async function run(program: string, args: readonly string[]): Promise<{ readonly stdout: string; readonly stderr: string }> {
  try {
    return await promisify(execFile)(program, args, { env: ENV, maxBuffer: 64 << 20 });
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim().split('\n').slice(-8).join('\n') ?? String(cause);
    throw new Error(`${basename(program)} ${args.join(' ')}: ${said}`, { cause });
  }
}
