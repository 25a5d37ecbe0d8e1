import { commands } from './commands/index.ts';
import type { Help } from './command.ts';

/** What docs/kubectl-reload.md says of each command, made of its help. */
export function reference(): string {
  return commands.map(({ help }) => section(help)).join('\n');
}

function section({ usage, says, example, options = [], exitCodes }: Help): string {
  const rows = options.map(({ flags, description, argChoices, defaultValue }) => {
    const choices = argChoices ? `: ${argChoices.join(', ')}` : '';
    const preset = defaultValue === undefined ? '' : `; ${String(defaultValue)} without it`;
    return `| \`${flags}\` | ${description}${choices}${preset} |\n`;
  });
  return [
    `### \`${usage}\`\n\n${says[0]?.toUpperCase()}${says.slice(1)}.\n`,
    `\n\`\`\`sh\n${example}\n\`\`\`\n`,
    ...(rows.length > 0 ? [`\n| option | what it does |\n|---|---|\n${rows.join('')}`] : []),
    ...(exitCodes ? [`\nExit codes: ${exitCodes}\n`] : []),
  ].join('');
}
