import { isKube } from './errors.ts';
import { isFree, type Lease, type Observed, observe, taken } from './lease-record.ts';
import { callOptions, openReign, type Reign, rest, type Seat } from './lease-seat.ts';

/** Looks until the Lease is ours; null when the signal came first. */
export async function campaign(seat: Seat): Promise<Reign | null> {
  let observed: Observed | null = null;
  while (!seat.signal.aborted) {
    const startedAt = performance.now();
    try {
      const lease = await seat.kube.get<Lease>(seat.path, callOptions(seat, seat.signal));
      if (lease) observed = observe(observed, lease, performance.now());
      seat.holder = lease?.spec?.holderIdentity ?? null;
      if (!lease || !observed || isFree(lease, seat.identity, observed, performance.now(), seat.durations.leaseMs)) {
        return openReign(seat, await take(seat, lease), startedAt);
      }
    } catch (error) {
      if (!seat.signal.aborted) explain(seat, error);
    }
    await rest(seat, seat.signal);
  }
  return null;
}

async function take(seat: Seat, lease: Lease | null): Promise<Lease> {
  const { kube, path, identity, durations } = seat;
  const ours = taken(lease ?? { metadata: { name: seat.name, namespace: seat.namespace } }, identity, durations.leaseMs, Date.now());
  const options = callOptions(seat, seat.signal);
  return lease ? kube.replace(path, ours, options) : kube.create(path.slice(0, path.lastIndexOf('/')), ours, options);
}

function explain({ log, path }: Seat, error: unknown): void {
  const level = isKube(error, 'Conflict') || isKube(error, 'AlreadyExists') ? 'debug' : 'warn';
  log[level]({ path, err: error }, level === 'debug' ? 'another took the Lease first' : 'the Lease could not be read or taken');
}
