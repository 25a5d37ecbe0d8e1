import { API_VERSION, type Kind } from './kind.ts';
import { type Structural, structural } from './structural.ts';

/** The reference page of a kind, in Markdown. */
export function reference({ kind, plural, shortName, description, rules: objectRules, spec, status, columns }: Kind): string {
  const specSchema = structural(spec, 'spec');
  const statusSchema = structural(status, 'status');
  return `<!-- Made by crds/generate.ts from the zod types in crds/: change those. -->
# ${kind}

${cell(description)}

\`apiVersion: ${API_VERSION}\`, \`kind: ${kind}\`, namespaced. \`kubectl get ${plural}\`, in short \`kubectl get ${shortName}\`, shows
${columns.map(({ name, priority }) => (priority ? `${name} (with \`-o wide\`)` : name)).join(', ')}.
\`kubectl explain ${shortName}.spec\` says what this page says.

## Spec

${table(fields(specSchema, 'spec'))}

## Rules

The API server refuses what breaks one of these, with this message.

${[...objectRules.map(({ fieldPath, message }) => `- \`${fieldPath.slice(1)}\`: ${cell(message)}`), rules(specSchema, 'spec')].join('\n')}

## Status

${table(fields(statusSchema, 'status'))}
`;
}

export type Field = { readonly path: string; readonly schema: Structural; readonly required: boolean };

/** Every field below a schema, parents first: `spec.waves[].upTo`. */
export function fields(schema: Structural, path: string): readonly Field[] {
  if (schema.items) return fields(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
    { path: `${path}.${name}`, schema: property, required: schema.required?.includes(name) ?? false },
    ...fields(property, `${path}.${name}`),
  ]);
}

function table(rows: readonly Field[]): string {
  const lines = rows.map(
    ({ path, schema, required }) =>
      `| <a id="${anchorOf(path)}"></a>\`${path}\` | ${typeOf(schema)} | ${defaultOf(schema, required)} | ${cell(schema.description ?? '')} |`,
  );
  return ['| field | type | default | what it is |', '|---|---|---|---|', ...lines].join('\n');
}

/** What a link to the field ends in: `#spec.waves.upTo`. */
function anchorOf(path: string): string {
  return path.replaceAll('[]', '');
}

function typeOf(schema: Structural): string {
  if (schema['x-kubernetes-int-or-string']) return 'count or percent';
  if (schema.enum) return schema.enum.map((value) => `\`${value}\``).join(' or ');
  if (schema.items) return `${bounds(schema.minItems ?? 0, schema.maxItems)} × ${typeOf(schema.items)}`;
  if (schema.additionalProperties) return `map of ${typeOf(schema.additionalProperties)}`;
  if (schema.type === 'integer')
    return schema.maximum === undefined ? 'integer' : `integer, ${bounds(schema.minimum ?? 0, schema.maximum)}`;
  return schema.format === 'date-time' ? 'time' : (schema.type ?? '');
}

function bounds(from: number, upTo: number | undefined): string {
  return `${from}–${upTo}`;
}

function defaultOf(schema: Structural, required: boolean): string {
  if (required) return 'required';
  return schema.default === undefined ? '' : `\`${JSON.stringify(schema.default).replaceAll('"', '')}\``;
}

function rules(schema: Structural, path: string): string {
  const said = [{ path, schema }, ...fields(schema, path)].flatMap((field) => [
    ...messages(field.path, field.schema),
    ...(field.schema.items ? messages(`${field.path}[]`, field.schema.items) : []),
  ]);
  return said.join('\n');
}

function messages(path: string, schema: Structural): readonly string[] {
  return (schema['x-kubernetes-validations'] ?? []).map(({ message }) => `- \`${path}\`: ${cell(message)}`);
}

/** `<policy>` is no HTML, and `|` does not end a cell. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}
