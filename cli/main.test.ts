import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { test } from 'node:test';

const GOLDEN = 'cli/golden/web.in.yaml';

function reload(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...args], { input, encoding: 'utf8' });
  return { status, stdout, stderr };
}

test('inject reads a file or stdin, and writes the image and the operator that it is told', () => {
  const { status, stdout, stderr } = reload([
    'inject',
    '-f',
    GOLDEN,
    '--image',
    'registry.example.com/sidecar:1',
    '--operator',
    '10.0.0.1:8443',
  ]);
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  assert.match(stdout, /image: registry.example.com\/sidecar:1\n/);
  assert.match(stdout, /value: 10.0.0.1:8443\n/);
  assert.equal(reload(['inject', '-f', '-'], stdout).stdout, stdout);
});

test('a policy may stand in a file of its own, and there may be several files', () => {
  const { status, stdout } = reload(['inject', '-f', '-', '-f', GOLDEN, '--policy', 'examples/nginx/3-policy.yaml'], 'a: 1\n');
  assert.equal(status, 0);
  assert.match(stdout, /^a: 1\n---\n# My web/);
});

const REFUSED = 'kind: Pod\nmetadata: { name: web, labels: { app: web } }\nspec: { containers: [{ name: nginx }] }\n';

for (const [title, args, input, status, says] of [
  [
    'a refused pod',
    ['inject', '-f', '-', '--policy', 'examples/nginx/3-policy.yaml'],
    REFUSED,
    1,
    /^-, document 1: Pod web is refused by policy web: no volume/,
  ],
  ['no policy', ['inject', '-f', '-'], REFUSED, 2, /^there is no ReloadPolicy/],
  ['no file', ['inject'], '', 2, /^error: required option '-f, --filename <file>' not specified/],
  ['a file that is not there', ['inject', '-f', 'nowhere.yaml'], '', 2, /no such file or directory, open 'nowhere.yaml'/],
  ['a command that is not there', ['injct'], '', 2, /^error: unknown command 'injct'\n\(Did you mean inject\?\)/],
  [
    'an option that is not there',
    ['inject', '-f', '-', '--imag', 'x'],
    '',
    2,
    /^error: unknown option '--imag'\n\(Did you mean --image\?\)/,
  ],
  ['no command', [], '', 2, /^Usage: kubectl reload COMMAND/],
] as const) {
  test(`${title} ends with ${status}, and nothing is written`, () => {
    const ended = reload(args, input);
    assert.deepEqual({ status: ended.status, stdout: ended.stdout }, { status, stdout: '' });
    assert.match(ended.stderr, says);
  });
}

test('help is no mistake', () => {
  const { status, stdout } = reload(['inject', '--help']);
  assert.equal(status, 0);
  assert.match(stdout, /--policy <file> +a file with a ReloadPolicy/);
});

test('what cannot be written is said to be lost', () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, ['cli/main.ts', 'inject', '-f', GOLDEN], {
    stdio: ['ignore', full, 'pipe'],
    encoding: 'utf8',
  });
  closeSync(full);
  assert.equal(status, 1);
  assert.match(stderr, /^what there is to say could not be written: ENOSPC/);
});
