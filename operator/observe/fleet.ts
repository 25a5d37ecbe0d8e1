import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Container, Pod } from '../kube/pods.ts';
import { matches } from '../kube/selector.ts';
import type { Report } from '../link/link.ts';
import type { Member, Revision } from '../plan/situation.ts';

/** Of the policy's own namespace: all that its selector selects, also what has ended or is on its way out. */
export function selectedPods({ spec }: ReloadPolicy, pods: readonly Pod[]): readonly Pod[] {
  return pods.filter(({ labels }) => matches(spec.targets.selector, labels));
}

/** It has neither ended nor is it on its way out. */
export function isMember({ terminating, phase }: Pod): boolean {
  return !terminating && phase !== 'ended';
}

/** Answers with the name of a content, where it is one that the pass knows. */
export type Naming = (content: string) => Revision | undefined;

/** There are as many as pods, in every pass: what is the same is shared. `signalled`: the container that the policy names in its handle. */
export function memberOf(
  pod: Pod,
  report: Report | undefined,
  topology: Member['topology'],
  named: Naming,
  signalled: string | undefined,
): Member {
  const containers = appContainers(pod, signalled);
  return {
    uid: pod.uid,
    name: pod.name,
    bornAt: pod.bornAt,
    managed: pod.managed,
    phase: pod.phase === 'Running' ? 'running' : 'booting',
    ready: containers.length > 0 && containers.every(isReady),
    unreadySince: pod.unreadySince,
    startedAt: containers.length === 1 && containers[0] ? containers[0].starts : containers.flatMap(({ starts }) => starts),
    endedAt: containers.some(hasEnded) ? containers.flatMap(({ endedAt }) => endedAt ?? []) : NONE,
    topology,
    link: report?.link ?? UNREPORTED,
    running: report ? { revision: runningOf(report, named), at: report.running?.at ?? 0, proof: report.running?.proof ?? 'Booted' } : null,
    asked: report?.asked
      ? { revision: named(report.asked.content) ?? report.asked.revision, attempt: report.asked.attempt, at: report.asked.at }
      : null,
    refused: report?.refused ? { ...report.refused, revision: named(report.refused.content) ?? report.refused.revision } : null,
  };
}

/** A native sidecar that the policy signals is of the app: it is what a reload may break. */
function appContainers({ containers, nativeSidecars }: Pod, signalled: string | undefined): readonly Container[] {
  const native = nativeSidecars?.find(({ name }) => name === signalled);
  return native ? [...containers, native] : containers;
}

const NONE: readonly never[] = [];
const UNREPORTED: Member['link'] = { kind: 'unreported' };

function isReady({ ready }: Container): boolean {
  return ready;
}

function hasEnded({ endedAt }: Container): boolean {
  return endedAt !== null;
}

function runningOf({ running }: Report, named: Naming): Revision | null {
  return running === null ? null : (named(running.content) ?? 'other');
}
