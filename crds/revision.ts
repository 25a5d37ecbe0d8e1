import { z } from 'zod';
import { matches, ruled } from './rule.ts';

const HEX_16 = /^[0-9a-f]{16}$/;

/** 16 hex digits; equal content is an equal revision. */
export function revisionName(field: string) {
  return ruled(z.string().max(16), matches(HEX_16, `${field} must be a revision's name: 16 hex digits`));
}

/** Of a source: a ConfigMap or a Secret. */
export const SourceKind = z.enum(['ConfigMap', 'Secret']);

const RevisionSource = z.object({
  kind: SourceKind.describe('The kind of the source.'),
  name: z.string().max(253).describe('The name of the source.'),
  digest: ruled(z.string().max(16), matches(HEX_16, 'digest must be 16 hex digits'))
    .optional()
    .describe(
      'Names the content: the object <source>-<digest> holds it. That of a Secret is keyed. Absent where an optional source was not there.',
    ),
});

/** What a revision is made of. */
export const RevisionSources = z.array(RevisionSource).max(16);
