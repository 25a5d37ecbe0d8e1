import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';

// Who may import whom: a folder and all below it. What is not listed may import anything.
const mayImport: Record<string, readonly string[]> = {
  'operator/plan': ['operator/plan', 'node:crypto'],
  'operator/kube': ['operator/kube', 'crds', 'node:', '@kubernetes/client-node', 'undici'],
  'operator/link': [
    'operator/link',
    'operator/kube/errors.ts',
    'sidecar/protocol.ts',
    'node:',
    'ws',
    'zod',
    '@peculiar/x509',
    'reflect-metadata',
  ],
  'operator/gates': ['operator/gates', 'operator/kube', 'operator/plan', 'operator/link/clock.ts', 'crds', 'node:', 'undici', 're2js'],
  sidecar: ['sidecar', 'node:', 'ws'],
  crds: ['crds', 'node:', 'zod', 'yaml', 're2js'],
};

for (const [folder, allowed] of Object.entries(mayImport)) {
  test(`${folder} imports only ${allowed.join(', ')}`, () => {
    const files = globSync(`${folder}/**/*.ts`).filter((name) => !name.endsWith('.test.ts') && !name.includes('/test/'));
    assert.notEqual(files.length, 0);
    for (const file of files) {
      for (const target of importsOf(file))
        assert.ok(
          allowed.some((it) => target === it || target.startsWith(it)),
          `${file} imports ${target}`,
        );
    }
  });
}

test('the operator imports nothing of the sidecar but its protocol', () => {
  for (const file of globSync('operator/**/*.ts').filter((name) => !name.endsWith('.test.ts'))) {
    for (const target of importsOf(file))
      assert.ok(!target.startsWith('sidecar/') || target === 'sidecar/protocol.ts', `${file} imports ${target}`);
  }
});

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(/(?:from|import) '([^']+)'/g)].map(([, target = '']) =>
    target.startsWith('.') ? normalize(join(dirname(file), target)) : target,
  );
}
