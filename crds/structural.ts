import { z } from 'zod';

/** The part of OpenAPI v3 that Kubernetes calls structural: a type at every field, no references, no unions. */
export type Structural = {
  readonly description?: string;
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Structural>>;
  readonly additionalProperties?: Structural;
  readonly items?: Structural;
  readonly 'x-kubernetes-preserve-unknown-fields'?: true;
  readonly 'x-kubernetes-int-or-string'?: true;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-validations'?: readonly { readonly rule: string; readonly message: string }[];
};

/** In the order in which they are written. */
const KEYWORDS: readonly string[] = [
  'description',
  'type',
  'format',
  'enum',
  'default',
  'pattern',
  'minLength',
  'maxLength',
  'minimum',
  'maximum',
  'minItems',
  'maxItems',
  'maxProperties',
  'required',
  'properties',
  'additionalProperties',
  'items',
  'x-kubernetes-preserve-unknown-fields',
  'x-kubernetes-int-or-string',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
] satisfies readonly (keyof Structural)[];

type Json = Readonly<Record<string, unknown>>;

/** What zod says of a field, as the API server wants to read it. Throws on what has no structural form, and says where. */
export function structural(schema: z.ZodType, path = 'spec'): Structural {
  return shape(z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline', cycles: 'throw' }), path);
}

function shape(said: Json, path: string): Structural {
  const node = withoutNoise(said);
  const stranger = Object.keys(node).find((keyword) => !KEYWORDS.includes(keyword));
  if (stranger) throw new Error(`${path}: ${stranger} has no structural form`);
  const whole: Json = {
    ...node,
    ...(node.properties ? { properties: shapes(node.properties as Record<string, Json>, path) } : {}),
    ...(node.additionalProperties ? { additionalProperties: shape(node.additionalProperties as Json, `${path}[*]`) } : {}),
    ...(node.items ? { items: shape(node.items as Json, `${path}[]`) } : {}),
  };
  return Object.fromEntries(KEYWORDS.filter((keyword) => keyword in whole).map((keyword) => [keyword, whole[keyword]]));
}

function shapes(properties: Readonly<Record<string, Json>>, path: string) {
  return Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, shape(property, `${path}.${name}`)]));
}

/** What zod states for the sake of completeness, and Kubernetes knows by itself or does not want to hear. */
function withoutNoise(node: Json): Json {
  const noise = (keyword: string, value: unknown) =>
    keyword === '$schema' ||
    // The two kinds of an int-or-string are its meaning; their bounds are in its CEL.
    (keyword === 'anyOf' && node['x-kubernetes-int-or-string']) ||
    // A 250 character expression for what the format says.
    (keyword === 'pattern' && node.format === 'date-time') ||
    (keyword === 'minimum' && value === Number.MIN_SAFE_INTEGER) ||
    (keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER) ||
    // Unknown fields are pruned, or refused by strict clients; the keyword may not stand beside `properties`.
    (keyword === 'additionalProperties' && value === false) ||
    // All of them are kept.
    (keyword === 'additionalProperties' && node['x-kubernetes-preserve-unknown-fields']) ||
    (keyword === 'required' && (value as readonly string[]).length === 0);
  return Object.fromEntries(Object.entries(node).filter(([keyword, value]) => !noise(keyword, value)));
}
