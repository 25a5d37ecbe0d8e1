import assert from 'node:assert/strict';
import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { type TestContext, test } from 'node:test';
import type { CallOptions, Kube } from './client.ts';
import { elect } from './lease.ts';
import type { Lease } from './lease-record.ts';
import { isHeld, openReign, openSeat } from './lease-seat.ts';

test('a leader whose renewal hangs has lost at its deadline, not when the call ends', { timeout: 10_000 }, async (t) => {
  const { leading, election } = stand(t, { hang: true, renewDeadlineMs: 50 });
  const signal = await leading;
  if (!signal.aborted) await once(signal, 'abort');
  assert.match(String(signal.reason), /could not be renewed for 50 ms/);
  assert.equal(election.isLeading(), false);
});

test('a process that was frozen beyond its deadline does not lead, before any timer has told it', (t) => {
  const { seat } = stand(t, {});
  const reign = (askedMsAgo: number) => openReign(seat, { metadata: { name: 'l' } }, performance.now() - askedMsAgo);
  assert.deepEqual([isHeld(reign(0)), isHeld(reign(60_000))], [true, false]);
});

test('the Lease is released when the work has ended, not before', async (t) => {
  const work = Promise.withResolvers<void>();
  const { writes, leading, election, stop } = stand(t, { work: work.promise });
  const signal = await leading;
  stop();
  assert.equal(signal.aborted, true);
  for (let i = 0; i < 20; i++) await turn();
  assert.deepEqual(
    writes.map(({ spec }) => spec?.holderIdentity),
    [],
  );
  work.resolve();
  await election.ended;
  assert.deepEqual(
    writes.map(({ spec }) => spec?.holderIdentity),
    [null],
  );
});

/** A candidate before a Lease that nobody holds; `hang`: no renewal is ever answered. */
function stand(t: TestContext, { hang = false, renewDeadlineMs = 60_000, work = Promise.resolve() as Promise<void> }) {
  const ours = new AbortController();
  t.after(() => ours.abort());
  const writes: Lease[] = [];
  let lease: Lease | null = null;
  const kube = {
    get: async () => lease,
    create: async (_: string, body: Lease) => (lease = body),
    replace: async (_: string, body: Lease, { signal }: CallOptions = {}) => {
      writes.push(body);
      if (hang) await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
      return (lease = body);
    },
  } as unknown as Pick<Kube, 'get' | 'create' | 'replace'>;
  const silent = () => {};
  const leading = Promise.withResolvers<AbortSignal>();
  const options = {
    kube,
    namespace: 'n',
    name: 'l',
    identity: 'me',
    durations: { leaseMs: 120_000, renewDeadlineMs, retryMs: hang ? 1 : 60_000 },
    onLead: (_: number, signal: AbortSignal) => leading.resolve(signal),
    onLost: () => work,
    signal: ours.signal,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  };
  return {
    writes,
    leading: leading.promise,
    election: elect(options),
    seat: openSeat(options, options.durations),
    stop: () => ours.abort(),
  };
}
