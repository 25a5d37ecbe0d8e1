#!/usr/bin/env node
/**
 * kubectl reload: what people do with policies and Reloads from a terminal. As a file `kubectl-reload` on the PATH it is a plugin of kubectl.
 */

import { CommanderError } from 'commander';
import { completeHere } from './complete-here.ts';
import { program } from './program.ts';

const USAGE = 2;

// Who reads no further, as `| head` does, has what they wanted.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));

const [word, ...words] = process.argv.slice(2);

try {
  if (word === '__complete') process.stdout.write(await completeHere(words));
  else await program().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(error instanceof Error ? error.message : error);
  // Help was asked for, and is no mistake.
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : USAGE;
}
