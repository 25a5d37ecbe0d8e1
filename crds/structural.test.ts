import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { ruled } from './rule.ts';
import { shareField } from './share.ts';
import { type Structural, structural } from './structural.ts';

const cases: readonly [title: string, schema: z.ZodType, expected: Structural][] = [
  ['a text with its bounds', z.string().min(1).max(9), { type: 'string', minLength: 1, maxLength: 9 }],
  ['a text that matches', z.string().regex(/^a$/), { type: 'string', pattern: '^a$' }],
  ["an integer without JavaScript's own bounds", z.int(), { type: 'integer' }],
  ['an integer with ours', z.int().min(0).max(10), { type: 'integer', minimum: 0, maximum: 10 }],
  ['one of several words', z.enum(['A', 'B']), { type: 'string', enum: ['A', 'B'] }],
  ['a default', z.boolean().default(false), { type: 'boolean', default: false }],
  ['a time, by its format alone', z.iso.datetime({ offset: true }), { type: 'string', format: 'date-time' }],
  ['a list', z.array(z.string()).min(1).max(2), { type: 'array', minItems: 1, maxItems: 2, items: { type: 'string' } }],
  ['a map', z.record(z.string(), z.string().max(63)), { type: 'object', additionalProperties: { type: 'string', maxLength: 63 } }],
  [
    'an object: fields with a default and optional ones are not required',
    z.strictObject({ a: z.string(), b: z.string().optional(), c: z.int().default(1) }),
    { type: 'object', required: ['a'], properties: { a: { type: 'string' }, b: { type: 'string' }, c: { type: 'integer', default: 1 } } },
  ],
  [
    'an object of which nothing is required',
    z.object({ a: z.string().optional() }),
    { type: 'object', properties: { a: { type: 'string' } } },
  ],
  [
    'an object whose fields have the defaults',
    z.object({ a: z.int().default(1) }).prefault({}),
    { type: 'object', default: {}, properties: { a: { type: 'integer', default: 1 } } },
  ],
  [
    'a description of the whole, and one of the part',
    z.object({ a: z.string().describe('part') }).describe('whole'),
    { description: 'whole', type: 'object', required: ['a'], properties: { a: { description: 'part', type: 'string' } } },
  ],
  [
    'a rule',
    ruled(z.string(), { cel: "self != ''", message: 'say something', holds: (text) => text !== '' })
      .optional()
      .describe('words'),
    { description: 'words', type: 'string', 'x-kubernetes-validations': [{ rule: "self != ''", message: 'say something' }] },
  ],
  [
    'a count or a percent',
    shareField('upTo', { atLeast: 1 }).default('25%'),
    {
      default: '25%',
      maxLength: 32,
      'x-kubernetes-int-or-string': true,
      'x-kubernetes-validations': [
        {
          rule: 'type(self) == int ? self >= 1 && self <= 100000 : self.matches("^(100|[1-9][0-9]?)%$")',
          message: 'upTo must be a count from 1 to 100000, such as 1 (no quotes), or a percent from 1% to 100%',
        },
      ],
    },
  ],
];

for (const [title, schema, expected] of cases) test(`structural: ${title}`, () => assert.deepEqual(structural(schema), expected));

test('keywords are written in one order, whatever the order of the calls', () => {
  assert.deepEqual(Object.keys(structural(z.string().max(9).describe('words').min(1))), ['description', 'type', 'minLength', 'maxLength']);
});

for (const [title, schema, because] of [
  ['a union', z.object({ a: z.array(z.union([z.string(), z.boolean()])) }), /^Error: spec\.a\[\]: anyOf has no structural form$/],
  ['a second expression', z.string().regex(/a/).regex(/b/), /^Error: spec: allOf has no structural form$/],
  ['what may be null', z.string().nullable(), /^Error: spec: nullable has no structural form$/],
] as const) {
  test(`${title} has no structural form, and the error says where`, () => assert.throws(() => structural(schema), because));
}
