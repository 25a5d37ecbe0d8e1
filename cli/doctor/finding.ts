import { KubeError } from '../../operator/kube/errors.ts';
import { sentenceOf } from '../sentence.ts';

/** `wrong`: what is, and what to change; null where all is well. `unknown`: we may not look, or cannot tell, which is no fault. */
export type Finding = { readonly what: string; readonly wrong: string | null; readonly unknown?: true };

/** `look` answers what is wrong. Where the API server says no, nothing is known. */
export async function finding(what: string, look: () => Promise<string | null>): Promise<Finding> {
  try {
    return { what, wrong: await look() };
  } catch (error) {
    if (!(error instanceof KubeError) || error.reason === 'UnknownKind') return { what, wrong: sentenceOf(error) };
    return { what, wrong: sentenceOf(error), unknown: true };
  }
}

/** `✓ what`, `✗ what: …`, `? what: …`. */
export function told({ what, wrong, unknown }: Finding): string {
  if (wrong === null) return `✓ ${what}\n`;
  return `${unknown ? '?' : '✗'} ${what}: ${wrong}\n`;
}
