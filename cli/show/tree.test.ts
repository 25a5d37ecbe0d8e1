import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coloured, plain } from './paint.ts';
import { type Branch, tree } from './tree.ts';

const ROOT: Branch = {
  line: [['bold', 'web'], '  Progressing'],
  because: 'web-b refused it: nginx kept its workers',
  branches: [
    { line: ['wave 1'], branches: [{ line: ['✗ web-b'], because: 'nginx master 7 kept its workers 12, 13 for 3s' }] },
    { line: ['wave 2 of a name that is longer than any line'] },
  ],
};

test('on a terminal a line ends at its edge, and a reason goes on below, between words', () => {
  assert.equal(
    tree(ROOT, { columns: 30, paint: plain }),
    `
web  Progressing
│  web-b refused it: nginx
│  kept its workers
├─ wave 1
│  └─ ✗ web-b
│        nginx master 7 kept
│        its workers 12, 13
│        for 3s
└─ wave 2 of a name that is lo
`.slice(1),
  );
});

test('elsewhere a line has no end', () => {
  const lines = tree(ROOT, { columns: null, paint: plain }).split('\n');
  assert.equal(lines[1], '│  web-b refused it: nginx kept its workers');
  assert.equal(lines.at(-2), '└─ wave 2 of a name that is longer than any line');
});

test('a colour takes no room', () => {
  const shown = tree({ line: [['green', 'ok'], ' ', ['red', 'bad']] }, { columns: 6, paint: coloured });
  assert.equal(shown, '\u001b[32mok\u001b[39m \u001b[31mbad\u001b[39m\n');
});

test('a word that is longer than a line is broken where the line ends', () => {
  assert.match(tree({ line: [''], because: 'x'.repeat(50) }, { columns: 30, paint: plain }), /^\n {3}x{27}\n {3}x{23}\n$/);
});
