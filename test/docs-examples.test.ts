import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lint } from '../cli/lint.ts';
import { unknownFields } from '../cli/unknown-fields.ts';
import { parseAllDocuments } from 'yaml';
import { Reload } from '../crds/reload.ts';
import { examples } from './support/pages.ts';

const manifests = examples();

for (const { page, line, text } of manifests)
  test(`the example in ${page}:${line} is what the API server takes, without a field that it does not know`, () => {
    const at = `${page}:${line}`;
    if (/^kind: ReloadPolicy$/m.test(text)) assert.deepEqual(lint([{ name: at, text }]).said, []);
    for (const document of parseAllDocuments(text)) {
      const object = document.toJS() as { readonly kind?: string; readonly metadata?: object; readonly spec?: unknown };
      if (object.kind !== 'Reload') continue;
      const { data, error } = Reload.safeParse({ ...object, metadata: { name: 'x', uid: 'x', resourceVersion: '0', ...object.metadata } });
      assert.deepEqual(error?.issues.map(({ path, message }) => `${at}: ${path.join('.')}: ${message}`) ?? [], []);
      assert.deepEqual(unknownFields(object.spec, data?.spec, 'spec'), []);
    }
  });

test('examples are found: those of README.md, of the quickstart, and a Reload', () => {
  const found = (page: string, kind: RegExp) => manifests.some((it) => it.page === page && kind.test(it.text));
  assert.ok(found('README.md', /^kind: ReloadPolicy$/m));
  assert.ok(found('docs/quickstart.md', /^kind: ReloadPolicy$/m));
  assert.ok(found('docs/rollouts.md', /^kind: Reload$/m));
});
