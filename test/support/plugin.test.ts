import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { plugin } from './plugin.ts';

const folder = mkdtempSync(join(tmpdir(), 'plugin-'));
after(() => rmSync(folder, { recursive: true }));

/** Of nobody, so that whoever waits there waits in vain. */
const kubeconfig = join(folder, 'kubeconfig');
writeFileSync(
  kubeconfig,
  `
clusters: [{ name: nobody, cluster: { server: "http://127.0.0.1:1" } }]
users: [{ name: nobody, user: {} }]
contexts: [{ name: nobody, context: { cluster: nobody, user: nobody } }]
current-context: nobody
`,
);
const TEN_SECONDS = ['wait', 'web', '--timeout=10s', `--kubeconfig=${kubeconfig}`];

test('a command that is given up is killed', async () => {
  const given = new AbortController();
  const ended = plugin(TEN_SECONDS, { givenUp: given.signal });
  given.abort();
  assert.equal((await ended).status, null);
});

test('a command that does not end in time is killed', async () => {
  assert.equal((await plugin(TEN_SECONDS, { mostMs: 1_000 })).status, null);
});
