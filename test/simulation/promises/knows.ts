import type { ReloadPolicyStatus } from '../../../crds/reload-policy-status.ts';
import { type Share, shareOf } from '../../../crds/share.ts';
import type { Pod as KubePod } from '../../../operator/kube/pods.ts';
import type { Report } from '../../../operator/link/report.ts';

/** How far the open wave reaches, as it was recorded at its opening. */
export function openUpTo({ waves }: ReloadPolicyStatus): Share {
  return shareOf(waves?.at(-1)?.upTo ?? '1') ?? 1;
}

/** It has the content, is asked to, or refused it. */
export function holds(report: Report | undefined, content: string): boolean {
  return [report?.running?.content, report?.asked?.content, report?.refused?.content].includes(content);
}

export function isLive({ managed, phase }: KubePod): boolean {
  return managed && phase === 'Running';
}
