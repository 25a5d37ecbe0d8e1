import { Command } from 'commander';
import { commands } from './commands/index.ts';

export function program(): Command {
  const whole = new Command('kubectl reload')
    .usage('COMMAND')
    .description('Reloads of a whole fleet: staged, proved and revertible.')
    .exitOverride();
  for (const { add } of commands) add(whole);
  return whole;
}
