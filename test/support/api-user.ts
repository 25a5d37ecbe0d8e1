import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'yaml';
import { applyDefinitions } from './definitions.ts';

export type Ran = { readonly stdout: string; readonly stderr: string; readonly code: number };

/** What a user does with kubectl in a namespace of a real cluster that has our API. KUBECONFIG and KUBECTL name both. */
export type ApiUser = {
  readonly namespace: string;
  /** With its output, and what it complained of. */
  readonly run: (args: readonly string[], stdin?: string) => Promise<Ran>;
  /** Its output; throws with what it complained of where it fails. */
  readonly kubectl: (args: readonly string[], stdin?: string) => Promise<string>;
  /** The object as the API server made it. */
  readonly create: (object: string, ...flags: readonly string[]) => Promise<ReturnType<typeof parse>>;
  /** The object as the API server has it after a merge patch. */
  readonly patch: (kind: 'rp' | 'rl', name: string, change: unknown, ...flags: readonly string[]) => Promise<ReturnType<typeof parse>>;
  /** Head and rows of `kubectl get ARGS`. */
  readonly columns: (...args: readonly string[]) => Promise<readonly (readonly string[])[]>;
  readonly leave: () => Promise<void>;
};

/** Installs the API, and makes a namespace for one test file. */
export async function anApiUser(): Promise<ApiUser> {
  // Without it kubectl would go to whatever cluster its user has.
  assert.ok(process.env.KUBECONFIG, 'set KUBECONFIG: see test/cluster/up.sh');
  const namespace = `api-${randomBytes(4).toString('hex')}`;
  const run = (args: readonly string[], stdin = '') => runKubectl(['--namespace', namespace, ...args], stdin);
  const kubectl = async (args: readonly string[], stdin = '') => {
    const { stdout, stderr, code } = await run(args, stdin);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  await applyDefinitions();
  await kubectl(['create', 'namespace', namespace]);
  return {
    namespace,
    run,
    kubectl,
    create: async (object, ...flags) => parse(await kubectl(['create', '-o', 'json', '-f', '-', ...flags], object)),
    patch: async (kind, name, change, ...flags) =>
      parse(await kubectl(['patch', kind, name, '--type=merge', '-o', 'json', '-p', JSON.stringify(change), ...flags])),
    columns: async (...args) =>
      (await kubectl(['get', ...args]))
        .trimEnd()
        .split('\n')
        .map((line) => line.trim().split(/ {2,}/)),
    leave: async () => {
      await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    },
  };
}

/** Until it no longer throws, for 30 s: the API server takes a moment to follow what it was told of itself. */
export async function eventually<T>(attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + 30_000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await delay(100);
    }
  }
}

function runKubectl(args: readonly string[], stdin: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(process.env.KUBECTL ?? 'kubectl', args, (error, stdout, stderr) =>
      resolve({ stdout, stderr, code: error === null ? 0 : 1 }),
    );
    child.stdin?.end(stdin);
  });
}
