import type { Ack } from '../sidecar/protocol.ts';
import { type Epoch, openEpoch } from './epoch.ts';
import { keyOf } from './kube/cache.ts';
import { takeLeaderLabel } from './leader-label.ts';
import { type Gates, openGates } from './gates/index.ts';
import type { Kube } from './kube/client.ts';
import type { Election } from './kube/lease.ts';
import { CA_CONFIG_MAP } from './link/authority.ts';
import type { Pod as LinkPod } from './link/authenticate.ts';
import { machineClock } from './link/clock.ts';
import type { Link } from './link/link.ts';
import type { Log } from './log.ts';
import { type Loop, openLoop } from './loop.ts';
import { type Recall, openRecall } from './recall.ts';
import type { Metrics } from './metrics.ts';
import { openCaPublisher } from './publish-ca.ts';
import { type Collector, openCollector } from './reloads/collector.ts';
import type { Rights } from './rights.ts';
import type { SourceReader } from './sources/read.ts';
import type { Revisions } from './sources/revisions.ts';
import type { Stables } from './sources/stable.ts';
import type { Listener, Watches } from './watches.ts';

export type LeadOptions = {
  readonly kube: Kube;
  readonly namespace: string;
  readonly rights: Rights;
  readonly podName: string | null;
  /** Null, or why it was refused. */
  readonly publishCa: (namespace: string) => Promise<string | null>;
  readonly metrics: Metrics;
  readonly log: Log;
};

export type Reign = {
  readonly transitions: number;
  readonly watches: Watches;
  readonly link: Link;
  readonly sources: SourceReader;
  readonly revisions: Revisions & Stables;
  readonly election: Pick<Election, 'isLeading' | 'raise'>;
};

/** Acts while this replica leads; before and after, whatever it is told is only looked up in the watches by the next leader. */
export type Lead = {
  readonly listener: Listener;
  readonly linkChanged: (podUid: string) => void;
  readonly acked: (pod: LinkPod, ack: Ack) => void;
  /** Members should trust other CAs from now on. */
  readonly caChanged: () => void;
  readonly begin: (reign: Reign) => void;
  readonly end: () => Promise<void>;
};

type Present = Reign & {
  readonly loop: Loop;
  readonly recall: Recall;
  readonly epoch: Epoch;
  readonly gates: Gates;
  readonly collector: Collector;
};

const LABEL_AGAIN_MS = 2_000;

export function openLead(options: LeadOptions): Lead {
  const { kube, namespace, rights, podName, log, metrics } = options;
  let present: Present | null = null;
  const ca = openCaPublisher({
    write: options.publishCa,
    versionOf: (of) => present?.watches.versionOf('ConfigMap', of, CA_CONFIG_MAP) ?? null,
    log,
  });

  return {
    listener: {
      policyTouched: (key) => present?.loop.touch(key),
      policyGone: (key, uid) => {
        const [of = '', policy = ''] = key.split('/');
        metrics.gone(of, policy);
        if (present === null) return;
        present.recall.forget(uid);
        present.collector.touch();
        present.gates.forget(uid);
        present.sources.forget(of);
        forgetUnclaimed(present, of);
        touchAll(present, of);
      },
      policyEdited: (key) => {
        if (present === null) return;
        const [of = ''] = key.split('/');
        forgetUnclaimed(present, of);
        // A conflict with another policy may begin or end.
        touchAll(present, of);
      },
      podGone: (uid) => present?.link.forget(uid),
      podUnclaimed: (uid) => present?.link.forget(uid),
      freezeTurned: (of) => {
        if (present !== null) touchAll(present, of === namespace ? null : of);
      },
    },
    linkChanged: (uid) => {
      const pod = present?.watches.podOf(uid);
      if (present === null || pod === undefined) return;
      for (const key of present.watches.policiesOf(pod)) present.loop.touch(key);
      present.epoch.hear();
    },
    acked: (pod, ack) => {
      // Files that were there already, or were there before the app: no reload.
      if (ack.outcome.kind === 'applied' && ack.firedAt === null) return;
      const ours = present?.watches.podOf(pod.uid);
      const policy = ours && present?.watches.policiesOf(ours)[0]?.split('/')[1];
      if (policy === undefined) return;
      const ok = ack.outcome.kind === 'applied';
      metrics.reloaded(pod.namespace, policy, ok, ack.outcome.kind === 'applied' ? ack.outcome.proof : 'refused', ack.tookMs);
    },
    caChanged: () => {
      ca.forget();
      if (present !== null) touchAll(present, null);
    },
    begin: (reign) => {
      const recall = openRecall();
      const { election, link } = reign;
      const epoch = openEpoch({ transitions: reign.transitions, election, link, log, clock: machineClock });
      const lead = { transitions: epoch.value, since: Date.now(), holds: election.isLeading, raiseAbove: epoch.raiseAbove };
      log.info({ epoch: reign.transitions }, 'leading');
      metrics.leads(true);
      const { watches, sources, revisions } = reign;
      const { policies, reloads, pods, freezes, nodes, budgets } = watches;
      const gates = openGates({
        kube,
        podOf: watches.podOf,
        onNews: (key) => present?.loop.touch(key),
        clock: machineClock,
        log,
      });
      const world = {
        kube,
        namespace,
        rights,
        sees: watches.sees,
        policies,
        reloads,
        pods,
        freezes,
        nodes,
        budgets,
        gates,
        link,
        sources,
        revisions,
        recall,
        publishCa: ca.publish,
        metrics,
        log,
        now: Date.now,
        lead,
      };
      link.lead(reign.transitions);
      present = { ...reign, recall, epoch, gates, loop: openLoop(world), collector: openCollector(world) };
      if (podName !== null) void label(present, podName);
    },
    end: async () => {
      log.info({}, 'leading no more');
      metrics.leads(false);
      const last = present;
      present = null;
      last?.epoch.stop();
      last?.link.follow();
      last?.gates.stop();
      await Promise.all([last?.loop.stop(), last?.collector.stop()]);
      metrics.forget();
    },
  };

  /** Members stay where they are; what was assigned to those that no policy claims any more must not reach them later. */
  function forgetUnclaimed({ watches, link }: Present, of: string): void {
    for (const pod of watches.pods.list(of)) {
      if (pod.managed && watches.policiesOf(pod).length === 0) link.forget(pod.uid);
    }
  }

  /** Of a namespace, or (null) of all. */
  function touchAll({ watches, loop }: Present, of: string | null): void {
    for (const entry of watches.policies.list(of ?? undefined)) if (entry.kind === 'policy') loop.touch(keyOf(entry.policy));
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
}
