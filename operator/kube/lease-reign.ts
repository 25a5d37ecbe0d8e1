import { isKube } from './errors.ts';
import { type Lease, released, renewed } from './lease-record.ts';
import { callOptions, isHeld, type Reign, rest, type Seat } from './lease-seat.ts';

/** From the taking of the Lease to its loss, or its release. */
export async function rule(seat: Seat, reign: Reign): Promise<void> {
  const { signal, log, path } = seat;
  const onStop = () => reign.over.abort(signal.reason);
  signal.addEventListener('abort', onStop, { once: true });
  if (signal.aborted) onStop();
  const disarm = armExpiry(seat, reign);
  [seat.reign, seat.holder] = [reign, seat.identity];
  log.info({ path, transitions: reign.transitions }, 'we lead');
  try {
    seat.onLead(reign.transitions, reign.over.signal);
    await renewUntilOver(seat, reign);
  } finally {
    signal.removeEventListener('abort', onStop);
    disarm();
    reign.over.abort(lapsed(seat));
    seat.reign = null;
    log.info({ path, transitions: reign.transitions, because: String(reign.over.signal.reason) }, 'we lead no more');
    await seat.onLost();
    if (signal.aborted && reign.over.signal.reason === signal.reason) await release(seat, reign);
  }
}

/** Compare-and-swap of the number of this reign, for a sidecar that has seen a higher one (the Lease was deleted or restored). */
export async function raise(seat: Seat, transitions: number): Promise<number> {
  const { reign } = seat;
  if (!isHeld(reign)) throw new Error('only the leader may raise the transitions of the Lease');
  await write(seat, reign, transitions);
  return reign.transitions;
}

async function renewUntilOver(seat: Seat, reign: Reign): Promise<void> {
  for (;;) {
    await rest(seat, reign.over.signal);
    if (!isHeld(reign)) return;
    await write(seat, reign, 0).catch((error: unknown) => {
      if (isHeld(reign)) seat.log.warn({ path: seat.path, err: error }, 'the Lease could not be renewed');
    });
  }
}

function write(seat: Seat, reign: Reign, atLeast: number): Promise<void> {
  const written = reign.writing.then(() => swap(seat, reign, atLeast, 3));
  reign.writing = written.catch(() => {});
  return written;
}

async function swap(seat: Seat, reign: Reign, atLeast: number, tries: number): Promise<void> {
  const askedAt = performance.now();
  const next = renewed(reign.lease, Math.max(atLeast, reign.transitions), Date.now());
  try {
    reign.lease = await seat.kube.replace<Lease>(seat.path, next, callOptions(seat, reign.over.signal));
    reign.transitions = reign.lease.spec?.leaseTransitions ?? reign.transitions;
    reign.heldUntil = askedAt + seat.durations.renewDeadlineMs;
  } catch (error) {
    if (tries === 1 || !(isKube(error, 'Conflict') || isKube(error, 'NotFound'))) throw error;
    await readAgain(seat, reign);
    await swap(seat, reign, atLeast, tries - 1);
  }
}

/** Somebody wrote or deleted the Lease: another holder ends this reign, anything else is built upon. */
async function readAgain(seat: Seat, reign: Reign): Promise<void> {
  const options = callOptions(seat, reign.over.signal);
  const lease = await seat.kube.get<Lease>(seat.path, options);
  if (lease === null) {
    const { name, namespace } = seat;
    reign.lease = await seat.kube.create(
      seat.path.slice(0, seat.path.lastIndexOf('/')),
      { ...reign.lease, metadata: { name, namespace } },
      options,
    );
  } else if (lease.spec?.holderIdentity === seat.identity) {
    reign.lease = lease;
  } else {
    seat.holder = lease.spec?.holderIdentity ?? null;
    reign.over.abort(new Error(`the Lease is held by ${seat.holder ?? 'nobody'}`));
    reign.over.signal.throwIfAborted();
  }
}

/** Ends the reign at `heldUntil`, which each renewal moves on; returns how to end this watch. */
function armExpiry(seat: Seat, reign: Reign): () => void {
  let timer: NodeJS.Timeout;
  const check = () => {
    const leftMs = reign.heldUntil - performance.now();
    if (leftMs <= 0) reign.over.abort(lapsed(seat));
    else timer = setTimeout(check, Math.ceil(leftMs));
  };
  check();
  return () => clearTimeout(timer);
}

function lapsed({ durations }: Seat): Error {
  return new Error(`the Lease could not be renewed for ${durations.renewDeadlineMs} ms`);
}

/** Clears the holder, so that the next one need not wait. Failing, it only costs them the wait. */
async function release(seat: Seat, reign: Reign): Promise<void> {
  try {
    // A renewal that was cut off may have been written.
    await reign.writing;
    const lease = await seat.kube.get<Lease>(seat.path, callOptions(seat));
    if (lease?.spec?.holderIdentity !== seat.identity) return;
    await seat.kube.replace(seat.path, released(lease, Date.now()), callOptions(seat));
    seat.holder = null;
  } catch (error) {
    seat.log.warn({ path: seat.path, err: error }, 'the Lease could not be released; the next leader waits until it runs out');
  }
}
