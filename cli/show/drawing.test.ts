import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawing, lines } from './drawing.ts';

function written(draw: (write: (text: string) => void) => (text: string) => void, ...texts: readonly string[]): readonly string[] {
  const all: string[] = [];
  const onto = draw((text) => void all.push(text));
  texts.forEach(onto);
  return all;
}

test('on a terminal each text takes the place of the one before, and what is left of that is cleared', () => {
  assert.deepEqual(
    written((write) => drawing(write, 24), 'a\nb\n', 'a\n', 'c\n'),
    ['\u001b[Ja\nb\n', '\u001b[2A\u001b[Ja\n', '\u001b[1A\u001b[Jc\n'],
  );
});

test('what does not fit on a terminal is left out at its end', () => {
  assert.deepEqual(
    written((write) => drawing(write, 4), 'a\nb\nc\n', 'a\nb\nc\nd\n'),
    ['\u001b[Ja\nb\nc\n', '\u001b[3A\u001b[Ja\nb\n…\n'],
  );
});

test('elsewhere only what is new is written', () => {
  assert.deepEqual(written(lines, 'a\n', 'a\n', 'b\n', 'a\n'), ['a\n', 'b\n', 'a\n']);
});
