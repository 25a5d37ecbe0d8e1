import { execFile } from 'node:child_process';

/** What a user has: `kubectl ARGS`, with what it is to read on stdin. What it printed; throws with what it complained of. */
export function kubectl(args: readonly string[], input = ''): Promise<string> {
  return run(process.env.KUBECTL ?? 'kubectl', args, input);
}

/** The verbs of test/cluster/cluster, such as `kill apiserver`, on the cluster that CLUSTER names. */
export function onCluster(...verb: readonly string[]): Promise<string> {
  return run(`${import.meta.dirname}/../cluster/cluster`, ['--name', process.env.CLUSTER ?? 'fleet', ...verb], '');
}

/** An image of test/cluster/images.sh, made and in that cluster. */
export async function importImage(name: string): Promise<void> {
  await run(`${import.meta.dirname}/../cluster/images.sh`, ['--name', process.env.CLUSTER ?? 'fleet', name], '');
}

function run(program: string, args: readonly string[], input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(new Error(`${args.join(' ')}: ${stderr.trim() || error.message}`, { cause: error }));
    });
    // Who ends before it has read that is no matter of the story: how it ended says enough.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}
