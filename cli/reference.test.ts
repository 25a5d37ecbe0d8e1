import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { commands } from './commands/index.ts';
import { program } from './program.ts';
import { reference } from './reference.ts';

const FILE = 'docs/kubectl-reload.md';
const MARK = '<!-- From here on made of the help: UPDATE=1 node --test cli/reference.test.ts -->\n';

test('docs/kubectl-reload.md says of each command what its help says', () => {
  const [byHand = '', made = ''] = readFileSync(FILE, 'utf8').split(MARK);
  if (process.env['UPDATE']) writeFileSync(FILE, `${byHand}${MARK}\n${reference()}`);
  else assert.equal(made, `\n${reference()}`);
});

test('each command has an example that it takes', () => {
  for (const { help } of commands) {
    const name = help.usage.split(' ')[0] ?? '';
    assert.ok(help.example.includes(`kubectl reload ${name}`), help.example);
    const typed = help.example.slice(help.example.indexOf(`reload ${name}`) + 'reload '.length).replace(/ > .*$/, '');
    const args = [...typed.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, word = '']) => quoted ?? word);
    const whole = program();
    // Parsed as it is typed, and not done.
    const command = whole.commands.find((it) => it.name() === name)?.exitOverride();
    let heard: readonly string[] | null = null;
    command?.action(() => {
      heard = command.args;
    });
    whole.parse(args, { from: 'user' });
    assert.ok(heard !== null, help.example);
  }
});
