#!/usr/bin/env node
/**
 * kubectl reload: what people do with policies and Reloads from a terminal. As a file `kubectl-reload` on the PATH it is a plugin of kubectl.
 */

import { Command, CommanderError, Option } from 'commander';
import { readFiles } from './files.ts';
import { injectInto } from './inject.ts';

const USAGE = 2;

const program = new Command('kubectl-reload')
  .usage('COMMAND')
  .description('Reloads of a whole fleet: staged, proved and revertible.')
  .exitOverride();

program
  .command('inject')
  .description("make the webhook's change to pods in files, for those who want it in Git; everything else in them stays, byte for byte")
  .requiredOption('-f, --filename <file>', 'a file of manifests, or - for stdin; repeatable', appended)
  .option('--policy <file>', 'a file with a ReloadPolicy that is in none of the files; repeatable', appended)
  .addOption(new Option('--image <ref>', "the sidecar's image").default('localhost/fleet-reload-sidecar:dev'))
  .addOption(new Option('--operator <host:port>', 'what the sidecar dials').default('fleet-reload.fleet-reload-system.svc:8443'))
  .addHelpText('after', '\nExit codes: 0 done; 1 a pod is refused, and nothing is written; 2 the files or the command line are wrong.')
  .action(({ filename, policy, image, operator }: { filename: string[]; policy?: string[]; image: string; operator: string }) => {
    const outcome = injectInto(readFiles(filename), readFiles(policy ?? []), { image, operator });
    process.stdout.write(outcome.stdout);
    for (const line of outcome.said) console.error(line);
    process.exitCode = outcome.exitCode;
  });

function appended(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

try {
  program.parse();
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(error instanceof Error ? error.message : error);
  // Help was asked for, and is no mistake.
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : USAGE;
}
