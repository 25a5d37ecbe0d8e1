import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const FOLDER = mkdtempSync(join(tmpdir(), 'kubectl-reload-'));
const KUBECONFIG = join(FOLDER, 'config');
after(() => rmSync(FOLDER, { recursive: true }));
writeFileSync(join(FOLDER, 'broken'), 'clusters: [\n');
// Nobody listens on port 1.
writeFileSync(
  KUBECONFIG,
  `
apiVersion: v1
kind: Config
current-context: here
clusters: [{ name: away, cluster: { server: "https://127.0.0.1:1" } }]
users: [{ name: me, user: { token: t } }]
contexts:
  - { name: here, context: { cluster: away, user: me, namespace: shop } }
  - { name: there, context: { cluster: away, user: me } }
`,
);

for (const [title, args, status, says] of [
  ['an API server that is away', ['list'], 1, /^the API server does not answer: connect ECONNREFUSED 127\.0\.0\.1:1\n$/],
  ['a context that is not there', ['list', '--context', 'hre'], 2, /^the kubeconfig has no context 'hre': it has here, there\n$/],
  ['a kubeconfig that is not there', ['list', '--kubeconfig', '/nowhere'], 2, /^ENOENT: no such file or directory, open '\/nowhere'\n$/],
  ['a kubeconfig that is none', ['list', '--kubeconfig', join(FOLDER, 'broken')], 2, /^the kubeconfig is no YAML: [^\n]+ \(\d:\d\)\n$/],
  [
    'a format that is not there',
    ['list', '-o', 'table'],
    2,
    /^error: option '-o, --output <format>' argument 'table' is invalid\. Allowed/,
  ],
] as const)
  test(`${title} is said in a sentence, and ends with ${status}`, () => {
    const ended = spawnSync(process.execPath, ['cli/main.ts', ...args], { env: { ...process.env, KUBECONFIG }, encoding: 'utf8' });
    assert.deepEqual({ status: ended.status, stdout: ended.stdout }, { status, stdout: '' });
    assert.match(ended.stderr, says);
  });
