import { type Flags, openCluster } from './cluster.ts';
import { completions } from './complete.ts';
import { revisionsIn } from './contents.ts';
import { policiesIn } from './objects.ts';
import { program } from './program.ts';

/** kubectl's own: do not offer files where there is nothing to offer. */
const NO_FILES = ':4\n';

/** As kubectl asks `kubectl_complete-reload`: a candidate a line, then what the shell is to do with them. Whoever types is not told of errors. */
export async function completeHere(words: readonly string[]): Promise<string> {
  const found = await completions(program(), { words, names: (argument) => namesOf(argument, flagsIn(words)).catch(() => null) });
  return found.map((it) => `${it}\n`).join('') + NO_FILES;
}

async function namesOf(argument: string, flags: Flags): Promise<readonly string[] | null> {
  if (!['name', 'revision', 'from', 'to'].includes(argument)) return null;
  const cluster = await openCluster(flags);
  try {
    if (argument === 'name') return (await policiesIn(cluster)).map(({ metadata }) => metadata.name);
    return [...(await revisionsIn(cluster)).keys()];
  } finally {
    await cluster.kube.close();
  }
}

function flagsIn(words: readonly string[]): Flags {
  const after = (...flags: readonly string[]) => words[words.findIndex((word) => flags.includes(word)) + 1 || words.length];
  const [namespace, context, kubeconfig] = [after('-n', '--namespace'), after('--context'), after('--kubeconfig')];
  return { ...(namespace && { namespace }), ...(context && { context }), ...(kubeconfig && { kubeconfig }) };
}
