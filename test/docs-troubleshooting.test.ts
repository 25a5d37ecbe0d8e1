import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';
import { ENDINGS, REFUSALS } from '../operator/link/refusal.ts';
import { isJoint, isSaidBy, sentencesIn } from './support/sentences.ts';

const PAGE = 'docs/troubleshooting.md';
const text = readFileSync(PAGE, 'utf8');
const wordsAndCode = text.replaceAll(/^```\w*\n[\s\S]*?^```$/gm, '');
/** A test is no user, and what a bench or a failpoint says nobody hears. */
const code = globSync('{operator,sidecar,cli,crds}/**/*.ts', { exclude: (name) => /\.test\.ts$|(^|\/)(testing|test|golden)$/.test(name) });
const sentences = code.flatMap((file) => sentencesIn(readFileSync(file, 'utf8')).map((sentence) => ({ file, sentence })));

/** In a backticked message there may be backticks: it ends where its cell does, or at <br>. */
const cells = text
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .flatMap((row) => (row.slice(2).split(' | ')[0] ?? '').split(' <br> '))
  .filter((cell) => /^`.* .*`$/.test(cell) && !/`[^ ]+` `/.test(cell))
  .map((cell) => cell.slice(1, -1));
const inWords = wordsAndCode.matchAll(/`([^`\n]+)`/g);
const messages = [...cells, ...[...inWords].map(({ 1: message = '' }) => message)];

test('every message of docs/troubleshooting.md is said somewhere in the code', () => {
  assert.ok(cells.length > 150);
  assert.deepEqual(
    cells.filter((message) => !sentences.some(({ sentence }) => isSaidBy(message, sentence))),
    [],
  );
});

/** What an engineer on call reads: the reasons of a plan, of gates, sources, injection and members. */
const READ =
  /^operator\/(plan|observe|gates|sources|inject)\/|^operator\/(conditions|epoch)\.ts$|^sidecar\/(?!(options|failpoint|frames|key|volumes|redact)\.ts)/;
/** Pieces of what stands there as a whole, words between programs, and what the log has where all is well. */
const PIECES = [
  ' and more',
  ' in container …',
  ': worker process',
  '; and … more',
  'a review has at most … bytes',
  'a review is POSTed',
  'fleet-reload digest key',
  'no review of a new pod: …',
  'nothing is staged',
  'the API server is told our CA',
  'the bake is over',
  'the certificate of the webhook is another one',
  'the swap of its files',
  'too many reviews at once',
  'without a name',
];

test('every reason that the code gives is in docs/troubleshooting.md', () => {
  const missing = sentences
    .filter(({ file }) => READ.test(file))
    .filter(({ sentence }) => !isJoint(sentence) && !PIECES.includes(sentence) && !messages.some((message) => isSaidBy(message, sentence)))
    .map(({ file, sentence }) => `${file}: ${sentence}`);
  assert.deepEqual(missing, []);
});

test('no piece is left that the code says no more', () => {
  assert.deepEqual(
    PIECES.filter((piece) => !sentences.some(({ sentence }) => sentence === piece)),
    [],
  );
});

test('every phase, and so every reason of a condition, has its row', () => {
  const phases = ReloadPolicyStatus.shape.phase.unwrap().options;
  assert.deepEqual(
    phases.filter((phase) => !text.includes(`\n| \`${phase}\` |`)),
    [],
  );
});

test('every refusal of a stream has its row, and every end of one is named', () => {
  for (const [reason, { says }] of Object.entries(REFUSALS)) assert.ok(text.includes(`\n| \`${reason}\` | \`${says}\` |`), reason);
  const oneLine = text.replaceAll('\n', ' ');
  for (const { says } of Object.values(ENDINGS)) assert.ok(oneLine.includes(`\`${says}\``), says);
});

test('every Event is in the list, as it is written', () => {
  const events = readFileSync('operator/transitions.ts', 'utf8') + readFileSync('operator/inject/refusals.ts', 'utf8');
  const written = [...events.matchAll(/\b(?:(normal|warning)\(\s*(?:isHeld \? )?|reason: )'([A-Z]\w+)'/g)].map(
    ({ 2: reason = '' }) => reason,
  );
  assert.ok(written.length > 15);
  const section = text.slice(text.indexOf('\n## Events'), text.indexOf('\n## `kubectl reload` says'));
  const listed = [...section.matchAll(/`([A-Z]\w+)`/g)].map(({ 1: reason = '' }) => reason);
  assert.deepEqual(
    [...new Set(written)].filter((reason) => !listed.includes(reason)),
    [],
  );
  assert.deepEqual(
    listed.filter((reason) => !events.includes(`'${reason}'`)),
    [],
  );
});
