import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fields } from '../crds/reference.ts';
import { ReloadPolicySpec } from '../crds/reload-policy.ts';
import { structural } from '../crds/structural.ts';

const PAGE = 'docs/reloadpolicy.md';
const linked = new Set(
  [...readFileSync(PAGE, 'utf8').matchAll(/reference\/reloadpolicy\.md#(spec[\w.]*)/g)].map(({ 1: anchor = '' }) => anchor),
);
const anchors = fields(structural(ReloadPolicySpec, 'spec'), 'spec').map(({ path }) => path.replaceAll('[]', ''));

/** They only hold others together: `spec.waves.upTo` says more than `spec.waves`. */
const isGroup = (anchor: string) => anchors.some((it) => it.startsWith(`${anchor}.`));
const isLinked = (anchor: string) => linked.has(anchor) || [...linked].some((it) => it.startsWith(`${anchor}.`));

test('the spec page leads to each field of a policy, down to the third level', () => {
  const near = anchors.filter((anchor) => anchor.split('.').length <= 3);
  assert.ok(near.length > 25);
  assert.deepEqual(
    near.filter((anchor) => !isLinked(anchor)),
    [],
  );
});

test('what lies deeper is below a field that the spec page leads to', () => {
  const deep = anchors.filter((anchor) => !isGroup(anchor) && !linked.has(anchor));
  const above = (anchor: string) => anchor.split('.').map((_, i, parts) => parts.slice(0, i + 1).join('.'));
  assert.deepEqual(
    deep.filter((anchor) => !above(anchor).some((it) => it !== 'spec' && linked.has(it))),
    [],
  );
});
