import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawing, lines } from './drawing.ts';

function written(draw: typeof lines, ...texts: readonly string[]): readonly string[] {
  const all: string[] = [];
  const onto = draw((text) => void all.push(text));
  texts.forEach(onto);
  return all;
}

test('on a terminal each text takes the place of the one before, and what is left of that is cleared', () => {
  assert.deepEqual(written(drawing, 'a\nb\n', 'a\n', 'c\n'), ['\u001b[Ja\nb\n', '\u001b[2A\u001b[Ja\n', '\u001b[1A\u001b[Jc\n']);
});

test('elsewhere only what is new is written', () => {
  assert.deepEqual(written(lines, 'a\n', 'a\n', 'b\n', 'a\n'), ['a\n', 'b\n', 'a\n']);
});
