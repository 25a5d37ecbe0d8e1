import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { generated } from './generate.ts';
import { reloadKind } from './reload.ts';
import { reloadPolicyKind } from './reload-policy.ts';
import { type Structural, structural } from './structural.ts';

const fields = [reloadPolicyKind, reloadKind].flatMap(({ kind, spec, status }) => [
  ...below(structural(spec), `${kind}.spec`),
  ...below(structural(status), `${kind}.status`),
]);

test('every field says what it is', () => {
  // The entries of a list are described by the list.
  const silent = fields.filter(([path, { description }]) => !description && !path.endsWith(']')).map(([path]) => path);
  assert.deepEqual(silent, []);
});

test('every text, list and map has an end', () => {
  const endless = fields.filter(([, schema]) => !isBounded(schema)).map(([path]) => path);
  assert.deepEqual(endless, []);
});

test('the files in the tree are those that the types make: else run `make generate`', () => {
  for (const { path, text } of generated()) assert.equal(readFileSync(path, 'utf8'), text);
});

test('generating twice gives the same bytes', () => assert.deepEqual(generated(), generated()));

function isBounded(schema: Structural): boolean {
  if (schema.type === 'string') return (schema.maxLength ?? schema.enum ?? schema.format) !== undefined;
  if (schema.type === 'array') return schema.maxItems !== undefined;
  return schema.additionalProperties === undefined || schema.maxProperties !== undefined;
}

function below(schema: Structural, path: string): readonly (readonly [path: string, schema: Structural])[] {
  return [
    [path, schema] as const,
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => below(property, `${path}.${name}`)),
    ...(schema.items ? below(schema.items, `${path}[]`) : []),
    ...(schema.additionalProperties ? below(schema.additionalProperties, `${path}[*]`) : []),
  ];
}
