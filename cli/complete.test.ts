import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completions } from './complete.ts';
import { program } from './program.ts';

const names = async (argument: string) => (argument === 'name' ? ['web', 'checkout'] : null);

for (const [words, says, because] of [
  [['ap'], ['approve'], 'a command that is begun'],
  [['get', ''], ['web', 'checkout'], 'the policies that there are'],
  [['get', 'w'], ['web'], 'one that is begun'],
  [['get', '-n', 'shop', '-w', ''], ['web', 'checkout'], 'after options, too'],
  [['get', 'web', ''], [], 'there is one name only'],
  [['get', 'web', '-o', ''], ['json', 'yaml', 'wide'], 'what an option takes'],
  [['promote', 'web', '--f'], ['--full'], 'an option that is begun'],
  [['lint', ''], [], 'a command without an argument'],
  [['nothing', ''], [], 'a command that is not there'],
] as const)
  test(`${words.join(' ')}| is completed by ${says.join(', ') || 'nothing'}: ${because}`, async () =>
    assert.deepEqual(await completions(program(), { words, names }), says));
