import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meant } from './nearest.ts';

for (const [typed, names, says, because] of [
  ['wbe', ['api', 'web'], ': did you mean web?', 'two letters are swapped'],
  ['chekout', ['checkout', 'checkout-api'], ': did you mean checkout?', 'one is left out, and the nearest is taken'],
  ['webb', ['webs', 'web'], ': did you mean web?', 'of two that are as near the first one is taken'],
  ['nobody', ['web'], '', 'nothing is near'],
  ['a', ['xyz'], '', 'a name of one letter is near to nothing longer'],
  ['web', [], '', 'there is none'],
] as const)
  test(`${typed}${says || ' is near to none'}: ${because}`, () => assert.equal(meant(typed, names), says));
