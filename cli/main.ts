#!/usr/bin/env node
/**
 * kubectl reload: what people do with policies and Reloads from a terminal. As a file `kubectl-reload` on the PATH it is a plugin of kubectl.
 */

import { CommanderError } from 'commander';
import { nodeTooOld } from './node-version.ts';

const USAGE = 2;

process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
  // Who reads no further, as `| head` does, has what they wanted.
  if (code === 'EPIPE') process.exit(0);
  console.error(`what there is to say could not be written: ${message}`);
  process.exit(1);
});

const [word, ...words] = process.argv.slice(2);

const tooOld = nodeTooOld(process.versions.node);
if (tooOld !== null) {
  console.error(tooOld);
  process.exit(USAGE);
}

// Loaded only now: on an older Node what they import ends in a stack.
try {
  if (word === '__complete') process.stdout.write(await (await import('./complete-here.ts')).completeHere(words));
  else await (await import('./program.ts')).program().parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) console.error(error instanceof Error ? error.message : error);
  // Help was asked for, and is no mistake.
  process.exitCode = error instanceof CommanderError && error.exitCode === 0 ? 0 : USAGE;
}
