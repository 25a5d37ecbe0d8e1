import type { Reload } from '../../crds/reload.ts';
import type { Said, Verbs } from '../plan/situation.ts';

/** Fields of a Reload's spec that a person writes. `revision` is a wish's own; the others are verbs. */
export type Spoken = 'abort' | 'pause' | 'promote' | 'approve' | 'retry' | 'revision';

/**
 * What the policy's Reload asks for; null where there is none: then nothing is new, and nothing is taken back. A wish of `web` may be named `web-1-2`, as
 * is rollout 2 of `web-1`.
 */
export function verbsOf(reload: Reload | undefined, policy: string): Verbs | null {
  if (reload === undefined || reload.spec.policy !== policy) return null;
  const { abort, pause, promote, approve } = reload.spec;
  return {
    abort: abort ? saidOf(reload, 'abort', abort) : null,
    pause: pause ? saidOf(reload, 'pause', pause) : null,
    promote: promote ? { ...saidOf(reload, 'promote', promote), wave: promote.wave ?? null } : null,
    approve: approve ? { ...saidOf(reload, 'approve', approve), wave: approve.wave } : null,
  };
}

/** `by`: the user where the write names one, which admission has compared with who wrote it; else whose write it was, by the API server's own notes. */
export function saidOf(
  { metadata }: Reload,
  field: Spoken,
  { by, reason }: { readonly by?: string | undefined; readonly reason?: string | undefined },
): Said {
  return { by: inOneLine(by ?? '') || writerOf(metadata, field), reason: inOneLine(reason ?? '') || null };
}

/** Whether the entry of managedFields is of a write to that field. */
export function isOf(fieldsV1: Readonly<Record<string, unknown>> | undefined, field: Spoken): boolean {
  const spec = fieldsV1?.['f:spec'];
  return typeof spec === 'object' && spec !== null && `f:${field}` in spec;
}

function writerOf({ managedFields = [] }: Reload['metadata'], field: Spoken): string {
  const writes = managedFields.filter(({ fieldsV1, manager }) => manager !== undefined && isOf(fieldsV1, field));
  const [last] = writes.toSorted((a, b) => ((a.time ?? '') < (b.time ?? '') ? 1 : -1));
  return last?.manager === undefined ? 'unknown' : `field manager ${inOneLine(last.manager)}`;
}

/** What a person wrote reaches logs, events and terminals. */
function inOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}
