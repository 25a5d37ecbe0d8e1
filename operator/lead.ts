import type { Ack } from '../sidecar/protocol.ts';
import { takeLeaderLabel } from './leader-label.ts';
import type { Kube } from './kube/client.ts';
import { CA_CONFIG_MAP } from './link/authority.ts';
import type { Pod as LinkPod } from './link/authenticate.ts';
import type { Link } from './link/link.ts';
import type { Log } from './log.ts';
import { type Loop, openLoop } from './loop.ts';
import { type Memory, openMemory } from './memory.ts';
import type { Metrics } from './metrics.ts';
import type { SourceReader } from './sources/read.ts';
import type { Revisions } from './sources/revisions.ts';
import type { Listener, Watches } from './watches.ts';

export type LeadOptions = {
  readonly kube: Kube;
  readonly namespace: string;
  readonly podName: string | null;
  readonly revisions: Revisions;
  readonly publishCa: (namespace: string) => Promise<void>;
  readonly metrics: Metrics;
  readonly log: Log;
};

export type Reign = {
  readonly transitions: number;
  readonly watches: Watches;
  readonly link: Link;
  readonly sources: SourceReader;
  readonly raise: (transitions: number) => Promise<number>;
};

/** Acts while this replica leads; before and after, whatever it is told is only looked up in the watches by the next leader. */
export type Lead = {
  readonly listener: Listener;
  readonly linkChanged: (podUid: string) => void;
  readonly acked: (pod: LinkPod, ack: Ack) => void;
  readonly begin: (reign: Reign) => void;
  readonly end: () => Promise<void>;
};

type Present = Reign & { readonly loop: Loop; readonly memory: Memory; transitions: number };

const LABEL_AGAIN_MS = 2_000;

export function openLead(options: LeadOptions): Lead {
  const { kube, namespace, podName, log, metrics } = options;
  const publishedCa = new Set<string>();
  let present: Present | null = null;
  let raising = false;

  return {
    listener: {
      policyTouched: (key) => present?.loop.touch(key),
      policyGone: (key, uid) => {
        const [of = '', policy = ''] = key.split('/');
        metrics.runs(of, policy, null);
        if (present === null) return;
        present.memory.forget(uid);
        // Members stay where they are; what was assigned to those that are away must not reach them any more.
        for (const pod of present.watches.pods.list()) {
          if (pod.namespace === of && pod.managed && present.watches.policiesOf(pod).length === 0) present.link.forget(pod.uid);
        }
      },
      podGone: (uid) => present?.link.forget(uid),
    },
    linkChanged: (uid) => {
      const pod = present?.watches.podOf(uid);
      if (present === null || pod === undefined) return;
      for (const key of present.watches.policiesOf(pod)) present.loop.touch(key);
      void raiseEpoch(present);
    },
    acked: (pod, ack) => {
      const ours = present?.watches.podOf(pod.uid);
      const policy = ours && present?.watches.policiesOf(ours)[0]?.split('/')[1];
      if (policy === undefined) return;
      const ok = ack.outcome.kind === 'applied';
      metrics.reloaded(pod.namespace, policy, ok, ack.outcome.kind === 'applied' ? ack.outcome.proof : 'refused', ack.tookMs);
    },
    begin: (reign) => {
      const memory = openMemory();
      const since = Date.now();
      const lead = { transitions: reign.transitions, since };
      log.info({ epoch: reign.transitions }, 'leading');
      metrics.leads(true);
      const { watches, link, sources } = reign;
      const { policies, reloads, pods } = watches;
      const world = {
        kube,
        policies,
        reloads,
        pods,
        link,
        sources,
        revisions: options.revisions,
        memory,
        publishCa,
        metrics,
        log,
        now: Date.now,
        lead,
      };
      link.lead(reign.transitions);
      present = { ...reign, memory, loop: openLoop(world) };
      if (podName !== null) void label(present, podName);
    },
    end: async () => {
      log.info({}, 'leading no more');
      metrics.leads(false);
      const last = present;
      present = null;
      last?.link.follow();
      await last?.loop.stop();
    },
  };

  /** Once a namespace in this process, and again where somebody deleted it. */
  async function publishCa(of: string): Promise<void> {
    if (publishedCa.has(of) && present?.watches.versionOf('ConfigMap', of, CA_CONFIG_MAP) !== null) return;
    await options.publishCa(of);
    publishedCa.add(of);
  }

  async function label(reign: Present, name: string): Promise<void> {
    while (present === reign) {
      try {
        await takeLeaderLabel(kube, namespace, name);
        return;
      } catch (error) {
        log.warn({ because: String(error) }, 'the leader label could not be set: sidecars may not find this pod yet');
        await new Promise((resolve) => setTimeout(resolve, LABEL_AGAIN_MS));
      }
    }
  }

  /** A sidecar has seen a higher epoch than ours: the Lease was deleted, or restored from a backup. It listens to nobody below that. */
  async function raiseEpoch(reign: Present): Promise<void> {
    const highest = reign.link.highestEpoch();
    if (highest === null || highest[0] <= reign.transitions || raising) return;
    raising = true;
    try {
      reign.transitions = await reign.raise(highest[0] + 1);
      log.warn({ epoch: reign.transitions }, 'a sidecar has seen a higher epoch: the Lease was raised above it');
      if (present === reign) reign.link.lead(reign.transitions);
    } catch (error) {
      log.warn({ because: String(error) }, 'the Lease could not be raised yet');
    } finally {
      raising = false;
    }
  }
}
