import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSaidBy, sentencesIn } from './sentences.ts';

test('sentences of a source file are its texts of three words, with … for what is put in', () => {
  const code = [
    "import { a } from 'a b c.ts';",
    '/** `not a sentence` */',
    "const why = it ? 'the policy is paused' : 'no'; // 'not this either'",
    'const that = `${name} refused ${revision}: ${words ?? `nothing but ${silence} for long`}`;',
  ].join('\n');
  assert.deepEqual(sentencesIn(code), ['the policy is paused', '… refused …: …']);
});

for (const [message, sentence, isSame, because] of [
  ['… is stable, and these do not run it yet: …', '… is stable, and these do not run it yet: …', true, 'they are equal'],
  [
    '… is in quarantine: … (a retry on the Reload of rollout … lifts it)',
    ' (a retry on the Reload of rollout … lifts it)',
    true,
    'a part of it',
  ],
  ['its Job failed: …', '… its Job failed: … twice', true, 'the message has the beginning'],
  ['… waits for approval', '… waits for that', false, 'they differ'],
  ['… is away', '… was asked and has been away since', false, 'so few letters are in other texts, too'],
  ['… is away', '… is away', true, 'but they are the same'],
] as const)
  test(`"${message}" is ${isSame ? '' : 'not '}what "${sentence}" says: ${because}`, () =>
    assert.equal(isSaidBy(message, sentence), isSame));
