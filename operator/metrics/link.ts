import { Counter, Gauge, type Registry } from 'prom-client';
import type { Counters } from '../link/counters.ts';
import { REFUSALS, type Refusal } from '../link/refusal.ts';

/** The sidecars' streams. Only the leader has any: the others refuse with `not_leader`. */
export function linkMetrics(registry: Registry): Counters {
  const registers = [registry];
  const streams = new Gauge({ name: 'link_streams', help: 'Sidecars connected.', registers });
  const accepted = new Counter({ name: 'link_accepted_total', help: 'Streams accepted.', registers });
  const refused = new Counter({
    name: 'link_refused_total',
    help: 'Streams refused. busy, unknown_pod, review_failed and not_leader are dialled again.',
    labelNames: ['reason'] as const,
    registers,
  });
  const ended = new Counter({ name: 'link_ended_total', help: 'Streams ended.', labelNames: ['reason'] as const, registers });
  const ignored = new Counter({
    name: 'link_ignored_frames_total',
    help: 'Frames that matched nothing in flight.',
    labelNames: ['frame'] as const,
    registers,
  });
  const outranked = new Counter({
    name: 'link_outranked_total',
    help: 'Members that had seen a higher epoch than ours: as they dialled (hello), or as they refused what we told them (ack).',
    labelNames: ['by'] as const,
    registers,
  });
  const acks = new Counter({
    name: 'link_acks_total',
    help: 'Answers of members, by proof, or refused. Also where nothing had to be fired, which reload_total leaves out.',
    labelNames: ['outcome'] as const,
    registers,
  });
  const reviews = new Counter({ name: 'link_token_reviews_total', help: 'TokenReviews asked of the API server.', registers });
  const sent = new Counter({ name: 'link_sent_bytes_total', help: 'Bytes of files sent to sidecars.', registers });
  // A series that begins at 1 has not risen, to Prometheus.
  for (const reason of Object.keys(REFUSALS) as Refusal[]) refused.inc({ reason }, 0);

  return {
    streams: (open) => streams.set(open),
    accepted: () => accepted.inc(),
    refused: (reason) => refused.inc({ reason }),
    ended: (reason) => ended.inc({ reason }),
    ignored: (frame) => ignored.inc({ frame }),
    outranked: (by) => outranked.inc({ by }),
    acked: (outcome) => acks.inc({ outcome }),
    reviewed: () => reviews.inc(),
    sentBytes: (bytes) => sent.inc(bytes),
  };
}
