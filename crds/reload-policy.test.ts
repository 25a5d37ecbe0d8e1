import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { BAD_POLICIES, GOOD_SPEC } from './fixtures/bad-policies.ts';
import { ReloadPolicy, ReloadPolicySpec } from './reload-policy.ts';
import { sourcesOf } from './source.ts';

for (const { title, spec, says } of BAD_POLICIES) {
  test(`zod refuses at the same field as the API server: ${title}`, () => {
    const refused = ReloadPolicySpec.safeParse({ ...parse(GOOD_SPEC), ...parse(spec) });
    const [line = ''] = says;
    const path = line.slice(0, line.indexOf(':'));
    const found = refused.error?.issues.map((issue) => pathOf(issue.path)) ?? [];
    // zod says of a whole list what the API server says of the entry that is there twice.
    assert.ok(
      found.some((it) => it === path || (line.includes('Duplicate') && path.startsWith(`${it}[`))),
      `${line}\nzod: ${found.join(', ')}`,
    );
  });

  const sentence = sentenceOf(says);
  if (sentence)
    test(`zod says the same sentence as the API server: ${title}`, () => {
      const refused = ReloadPolicySpec.safeParse({ ...parse(GOOD_SPEC), ...parse(spec) });
      assert.deepEqual(
        refused.error?.issues.map(({ message }) => message),
        [sentence],
      );
    });
}

test('a policy keeps what this version does not know of its metadata, and leaves out what it does not know of its spec', () => {
  const policy = ReloadPolicy.parse({
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name: 'checkout', namespace: 'shop', uid: 'u', resourceVersion: '1', managedFields: [] },
    spec: { ...parse(GOOD_SPEC), later: true },
  });
  assert.deepEqual(policy.metadata.managedFields, []);
  assert.equal('later' in policy.spec, false);
});

test('sources are read as one list of kinds, in the order of the policy', () => {
  const spec = ReloadPolicySpec.parse({
    ...parse(GOOD_SPEC),
    sources: [{ secret: { name: 'tls', keys: ['tls.crt'], optional: true } }, { configMap: { name: 'config' } }],
  });
  assert.deepEqual(sourcesOf(spec.sources), [
    { kind: 'Secret', name: 'tls', keys: ['tls.crt'], optional: true },
    { kind: 'ConfigMap', name: 'config', keys: null, optional: false },
  ]);
});

/** `['waves', 0, 'upTo']` → `spec.waves[0].upTo`, and a map's entry as the API server writes it. */
function pathOf(path: readonly PropertyKey[]): string {
  const steps = path.map((step, i) =>
    typeof step === 'number' || path[i - 1] === 'matchLabels' ? `[${String(step)}]` : `.${String(step)}`,
  );
  return `spec${steps.join('')}`;
}

/** What one of our own rules says; null where the API server speaks in its own words. */
function sentenceOf([line = '', ...more]: readonly string[]): string | null {
  if (more.length > 0) return null;
  const [, said = ''] = /^[^:]+: Invalid value: (?:"(?:[^"\\]|\\.)*": |-?[0-9]+: )?(?:error .* evaluating rule: )?(.*)$/.exec(line) ?? [];
  return said === '' || said.includes(' in body ') ? null : said;
}
