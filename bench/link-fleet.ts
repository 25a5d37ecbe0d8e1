import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Kube } from '../operator/kube/client.ts';
import type { Count, Told } from './link-sidecars.ts';
import { each, type MadeUpPod, makeNamespace, makePod, tokenOf } from './made-up-pods.ts';
import type { Dial } from './sidecar.ts';
import { waitUntil } from './wait-until.ts';

/** Many made-up pods on the real API server, and a session for each over TLS with the pod-bound token that its kubelet would mount. */
export type LinkFleet = {
  /** Makes pods up to so many; their sidecars are not there yet. */
  readonly grow: (members: number) => Promise<void>;
  /** Dials until so many are connected. */
  readonly connect: (members: number, link: string) => Promise<void>;
  readonly count: () => Promise<Count>;
  readonly beginAnew: () => void;
  readonly close: () => void;
};

/** node's own memory is some 60 KB a session, and no process may have more than 20,000 files. */
const SESSIONS_A_PROCESS = 2_500;
/** In each process, so that the operator's entrance turns nobody away. */
const BETWEEN_DIALS_MS = 20;
const LABELS = { app: 'web' };

export async function openLinkFleet(kube: Kube, namespace: string): Promise<LinkFleet> {
  await makeNamespace(kube, namespace);
  const pods: MadeUpPod[] = [];
  const processes: { readonly child: ChildProcess; members: number }[] = [];
  let dialled = 0;

  const tell = (child: ChildProcess, told: Told) => void child.send(told);
  const count = async () => sum(await Promise.all(processes.map(({ child }) => countOf(child))));

  return {
    grow: async (members) => {
      const names = Array.from({ length: members - pods.length }, (_, i) => `web-${pods.length + i}`);
      pods.push(...(await each(names, (name) => makePod(kube, namespace, name, LABELS))));
    },
    connect: async (members, link) => {
      const path = `/api/v1/namespaces/${namespace}/configmaps/fleetreload-ca`;
      const ca = (await kube.get<{ readonly data: Readonly<Record<string, string>> }>(path))?.data['ca.crt'] ?? '';
      const dials = await each(pods.slice(dialled, members), async (pod): Promise<Dial> => {
        return { operator: link, token: await tokenOf(kube, pod), ca };
      });
      for (let from = 0; from < dials.length; from += SESSIONS_A_PROCESS) {
        const part = dials.slice(from, from + SESSIONS_A_PROCESS);
        const child = fork(`${import.meta.dirname}/link-sidecars.ts`);
        processes.push({ child, members: part.length });
        tell(child, { kind: 'dial', dials: part, betweenMs: BETWEEN_DIALS_MS });
      }
      dialled = members;
      await waitUntil(`${members} sidecars are connected`, async () => (await count()).connected === members);
    },
    count,
    beginAnew: () => {
      for (const { child } of processes) tell(child, { kind: 'begin anew' });
    },
    close: () => {
      for (const { child } of processes) child.disconnect();
    },
  };
}

async function countOf(child: ChildProcess): Promise<Count> {
  child.send({ kind: 'count' } satisfies Told);
  const [count] = (await once(child, 'message')) as [Count];
  return count;
}

function sum(counts: readonly Count[]): Count {
  const all = (field: 'connected' | 'assigned' | 'acked' | 'fired') => counts.reduce((total, count) => total + count[field], 0);
  return {
    connected: all('connected'),
    assigned: all('assigned'),
    acked: all('acked'),
    fired: all('fired'),
    firstAssignedAt: Math.min(...counts.map(({ firstAssignedAt }) => firstAssignedAt)),
    lastAckedAt: Math.max(...counts.map(({ lastAckedAt }) => lastAckedAt)),
  };
}
