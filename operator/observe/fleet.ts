import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Pod } from '../kube/pods.ts';
import { matches } from '../kube/selector.ts';
import type { Report } from '../link/link.ts';
import type { Member, Revision } from '../plan/situation.ts';
import type { RevisionContent } from '../sources/content.ts';

/** Of the policy's own namespace: all that its selector selects, also what has ended or is on its way out. */
export function selectedPods({ spec }: ReloadPolicy, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ labels }) => matches(spec.targets.selector, labels));
}

/** It has neither ended nor is it on its way out. */
export function isMember({ terminating, phase }: Pod): boolean {
  return !terminating && phase !== 'ended';
}

export function memberOf(pod: Pod, report: Report | undefined, topology: Member['topology'], contents: readonly RevisionContent[]): Member {
  const named = (content: string) => contents.find((it) => it.content === content)?.name;
  return {
    uid: pod.uid,
    name: pod.name,
    bornAt: pod.bornAt,
    managed: pod.managed,
    phase: pod.phase === 'Running' ? 'running' : 'booting',
    ready: pod.containers.length > 0 && pod.containers.every(({ ready }) => ready),
    unreadySince: pod.unreadySince,
    startedAt: pod.containers.flatMap(({ starts }) => starts),
    endedAt: pod.containers.flatMap(({ endedAt }) => endedAt ?? []),
    topology,
    link: report?.link ?? { kind: 'unreported' },
    running: report ? { revision: runningOf(report, named), at: report.running?.at ?? 0, proof: report.running?.proof ?? 'Booted' } : null,
    asked: report?.asked
      ? { revision: named(report.asked.content) ?? report.asked.revision, attempt: report.asked.attempt, at: report.asked.at }
      : null,
    refused: report?.refused ? { ...report.refused, revision: named(report.refused.content) ?? report.refused.revision } : null,
  };
}

function runningOf({ running }: Report, named: (content: string) => string | undefined): Revision | null {
  return running === null ? null : (named(running.content) ?? 'other');
}
