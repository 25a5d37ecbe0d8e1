import { type Command, Option } from 'commander';
import { type Cluster, type Flags, openCluster } from './cluster.ts';
import { Misuse, misused, type Outcome, refused } from './outcome.ts';
import { type Screen, screenOf } from './screen.ts';
import { sentenceOf } from './sentence.ts';

export type Help = {
  /** `approve <name>` */
  readonly usage: string;
  readonly says: string;
  readonly example: string;
  readonly options?: readonly Option[];
  /** In place of the usual words. */
  readonly exitCodes?: string;
};

export type Given<O> = { readonly args: readonly string[]; readonly options: O };
export type Call<O> = Given<O> & { readonly cluster: Cluster; readonly screen: Screen };

/** One word of the program: what its help says, and how it is put in. */
export type Entry = { readonly help: Help; readonly add: (program: Command) => void };

const EXIT_CODES = '0 done; 1 failed or refused; 2 the command line is wrong.';
const FLAGS = [
  new Option('-n, --namespace <name>', "the namespace; without it, that of the kubeconfig's context"),
  new Option('--context <name>', "the kubeconfig's context; without it, the current one"),
  new Option('--kubeconfig <file>', 'in place of $KUBECONFIG or ~/.kube/config'),
];

/** A command that needs no cluster. */
export function offline<O extends object>(help: Help, act: (given: Given<O>) => Outcome): Entry {
  return {
    help,
    add: (program) =>
      added(program, help).action((...given: readonly unknown[]) => {
        const command = given.at(-1) as Command;
        end(act({ args: command.args, options: command.opts<O>() }));
      }),
  };
}

export function onCluster<O extends object = object>(help: Help, act: (call: Call<O>) => Promise<Outcome>): Entry {
  return {
    help,
    add: (program) =>
      added(program, { ...help, options: [...(help.options ?? []), ...FLAGS] }).action(async (...given: readonly unknown[]) => {
        const command = given.at(-1) as Command;
        end(await called(command, act));
      }),
  };
}

async function called<O extends object>(command: Command, act: (call: Call<O>) => Promise<Outcome>): Promise<Outcome> {
  let cluster: Cluster;
  try {
    cluster = await openCluster(command.opts<Flags>());
  } catch (error) {
    return misused(sentenceOf(error));
  }
  try {
    return await act({ args: command.args, options: command.opts<O>(), cluster, screen: screenOf(process.stdout, process.env) });
  } catch (error) {
    return error instanceof Misuse ? misused(error.message) : refused(sentenceOf(error));
  } finally {
    await cluster.kube.close();
  }
}

function added(program: Command, { usage, says, example, options = [], exitCodes = EXIT_CODES }: Help): Command {
  const command = program.command(usage).description(says);
  for (const option of options) command.addOption(option);
  return command.addHelpText('after', `\nExample:\n  ${example}\n\nExit codes: ${exitCodes}`);
}

function end({ stdout, said, exitCode }: Outcome): void {
  process.stdout.write(stdout);
  for (const line of said) console.error(line);
  process.exitCode = exitCode;
}
