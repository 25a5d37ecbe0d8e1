import { Counter, Gauge, type Registry } from 'prom-client';
import type { Health } from '../kube/reflector.ts';

export type Watched = Readonly<Record<string, { readonly health: () => Health }>>;

const LABELS = ['resource'] as const;

/** How each replica's copies of the API server's objects fare. Read when metrics are asked for. */
export function watchMetrics(registry: Registry) {
  const registers = [registry];
  let watched: Watched = {};
  const each = (tell: (resource: string, health: Health) => void) => {
    for (const [resource, { health }] of Object.entries(watched)) tell(resource, health());
  };
  const counter = (name: string, help: string, of: (health: Health) => number) =>
    new Counter({
      name,
      help,
      labelNames: LABELS,
      registers,
      collect() {
        this.reset();
        each((resource, health) => this.inc({ resource }, of(health)));
      },
    });

  new Gauge({
    name: 'watch_heard_timestamp_seconds',
    help: 'When the API server was heard of last: an event, a bookmark or a list. Each replica; under a minute old.',
    labelNames: LABELS,
    registers,
    collect() {
      each((resource, { lastHeardAt }) => {
        if (lastHeardAt !== null) this.set({ resource }, lastHeardAt / 1000);
      });
    },
  });
  new Gauge({
    name: 'watch_failing',
    help: 'Whether the last try to list or watch failed; the log says why. Each replica.',
    labelNames: LABELS,
    registers,
    collect() {
      each((resource, { failing }) => this.set({ resource }, failing === null ? 0 : 1));
    },
  });
  counter(
    'watch_relists_total',
    'Lists after the first one: the API server no longer had what was to be followed. Each replica.',
    (it) => it.relists,
  );
  counter('watch_reconnects_total', 'Watches that were begun again. Each replica; about one a minute.', (it) => it.reconnects);
  counter('watch_stalls_total', 'Watches that were silent for too long, and given up. Each replica.', (it) => it.stalls);
  counter('watch_garbled_total', 'Watches that said what is no event, and were given up. Each replica.', (it) => it.garbled);

  return {
    watches: (stores: Watched) => {
      watched = stores;
    },
  };
}
