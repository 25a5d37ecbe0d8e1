import type { Command, Option } from 'commander';

/** `names` are those of the objects that a command's first argument names; null where it names none. */
export type Completing = { readonly words: readonly string[]; readonly names: (argument: string) => Promise<readonly string[] | null> };

/** What may stand in place of the last word, which is begun or empty. */
export async function completions(program: Command, { words, names }: Completing): Promise<readonly string[]> {
  const begun = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const all = await candidates(program, before, begun, names);
  return all.filter((candidate) => candidate.startsWith(begun));
}

async function candidates(
  program: Command,
  before: readonly string[],
  begun: string,
  names: Completing['names'],
): Promise<readonly string[]> {
  const command = program.commands.find((it) => it.name() === before[0]);
  if (!command) return before.length === 0 ? program.commands.map((it) => it.name()) : [];
  const option = optionWithValue(command, before.at(-1));
  if (option) return option.argChoices ?? [];
  if (begun.startsWith('-')) return command.options.flatMap(({ long }) => long ?? []);
  const [argument] = command.registeredArguments;
  const isFirst = before.slice(1).every((word, i) => word.startsWith('-') || optionWithValue(command, before[i]));
  return argument && isFirst ? ((await names(argument.name())) ?? []) : [];
}

function optionWithValue({ options }: Command, word: string | undefined): Option | undefined {
  return options.find((option) => [option.short, option.long].includes(word) && !option.isBoolean());
}
