import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connect, type Kube } from '../../operator/kube/client.ts';
import { type Durations, type Election, elect } from '../../operator/kube/lease.ts';
import type { Lease } from '../../operator/kube/lease-record.ts';
import { pathOf } from '../../operator/kube/paths.ts';
import { type FaultProxy, openFaultProxy } from '../support/fault-proxy.ts';
import { until } from '../support/until.ts';

const NAMESPACE = `lease-${process.pid}`;
const SHORT: Durations = { leaseMs: 3_000, renewDeadlineMs: 2_000, retryMs: 200 };
/** Nobody lives to see it run out: who takes such a Lease was given it. */
const LONG: Durations = { leaseMs: 600_000, renewDeadlineMs: 400_000, retryMs: 200 };
const pathOfLease = (name: string) => pathOf({ apiVersion: 'coordination.k8s.io/v1', plural: 'leases' }, { namespace: NAMESPACE, name });

let kube: Kube;
let behind: Kube;
let proxy: FaultProxy;
before(async () => {
  kube = await connect({ version: 'test' });
  const { hostname, port } = new URL(kube.server);
  proxy = await openFaultProxy({ host: hostname, port: Number(port) });
  behind = await connect({ version: 'test', server: `https://127.0.0.1:${proxy.port}` });
  await kube.create('/api/v1/namespaces', { metadata: { name: NAMESPACE } });
});
after(async () => {
  await kube.remove(`/api/v1/namespaces/${NAMESPACE}`);
  await Promise.all([kube.close(), behind.close()]);
  await proxy.close();
});

test('a leader whose connection stalls notices before another takes over, whose number is higher', async () => {
  const told: string[] = [];
  const first = stand('stalled', 'a', SHORT, { kube: behind, told });
  await first.leads(1);
  const second = stand('stalled', 'b', SHORT, { told });
  await until('the second one sees the first', () => second.election.holder() === first.election.identity);
  proxy.stall();
  await second.leads(2);
  assert.deepEqual(told, ['a leads 1', 'a lost', 'b leads 2']);
  assert.deepEqual([first.election.isLeading(), second.election.isLeading()], [false, true]);
  proxy.resume();
  await until('the first one sees the second', () => first.election.holder() === second.election.identity);
  await Promise.all([first.stop(), second.stop()]);
});

test('a leader that is stopped hands over at once, after its work has ended', async () => {
  const told: string[] = [];
  const first = stand('released', 'a', LONG, { told });
  await first.leads(1);
  const second = stand('released', 'b', LONG, { told });
  await until('the second one sees the first', () => second.election.holder() === first.election.identity);
  await first.stop();
  await second.leads(2);
  assert.deepEqual(told, ['a leads 1', 'a lost', 'a ended its work', 'b leads 2']);
  await second.stop();
  assert.equal((await read('released')).holderIdentity, undefined);
});

test('the same pod in a new process is another holder', async () => {
  const first = stand('again', 'a', LONG);
  await first.leads(1);
  await first.stop();
  const second = stand('again', 'a', LONG);
  await second.leads(2);
  assert.notEqual(first.election.identity, second.election.identity);
  await second.stop();
});

test('the number is raised by compare-and-swap, and never lowered', async () => {
  const first = stand('raised', 'a', LONG);
  await first.leads(1);
  const [a, b] = await Promise.all([first.election.raise(41), first.election.raise(7)]);
  assert.deepEqual([a, b, (await read('raised')).leaseTransitions], [41, 41, 41]);
  await first.stop();
  await assert.rejects(first.election.raise(50), /only the leader/);
  const second = stand('raised', 'b', LONG);
  await second.leads(42);
  await second.stop();
});

test('a Lease that somebody annotates or deletes stays with its leader and keeps its number', async () => {
  const first = stand('meddled', 'a', LONG);
  await first.leads(1);
  await first.election.raise(5);
  await kube.patch(pathOfLease('meddled'), { metadata: { annotations: { note: 'hello' } } }, 'merge');
  const seen = (await read('meddled')).renewTime;
  await until('it is renewed after the annotation', async () => (await read('meddled')).renewTime !== seen);
  await kube.remove(pathOfLease('meddled'));
  await until('it is made again', async () => (await kube.get<Lease>(pathOfLease('meddled')))?.spec?.leaseTransitions === 5);
  assert.deepEqual([first.election.isLeading(), (await read('meddled')).holderIdentity], [true, first.election.identity]);
  await first.stop();
});

test('a leader whose Lease is given to another by force has lost', async () => {
  const told: string[] = [];
  const first = stand('stolen', 'a', LONG, { told });
  await first.leads(1);
  await kube.patch(pathOfLease('stolen'), { spec: { holderIdentity: 'thief', leaseTransitions: 9 } }, 'merge');
  await until('it knows', () => !first.election.isLeading());
  await until('it sees the thief', () => first.election.holder() === 'thief');
  assert.deepEqual(told.slice(0, 2), ['a leads 1', 'a lost']);
  await first.stop();
  assert.equal((await read('stolen')).holderIdentity, 'thief');
});

async function read(name: string): Promise<NonNullable<Lease['spec']>> {
  return (await kube.get<Lease>(pathOfLease(name)))?.spec ?? {};
}

function stand(name: string, identity: string, durations: Durations, given: { kube?: Kube; told?: string[] } = {}) {
  const ours = new AbortController();
  const { told = [] } = given;
  const silent = () => {};
  const election: Election = elect({
    kube: given.kube ?? kube,
    namespace: NAMESPACE,
    name,
    identity,
    durations,
    onLead: (transitions, signal) => {
      told.push(`${identity} leads ${transitions}`);
      signal.addEventListener('abort', () => told.push(`${identity} lost`), { once: true });
    },
    onLost: async () => {
      if (!ours.signal.aborted) return;
      await read(name);
      told.push(`${identity} ended its work`);
    },
    signal: ours.signal,
    log: { debug: silent, info: silent, warn: silent, error: silent },
  });
  return {
    election,
    leads: (transitions: number) => until(`${identity} leads ${transitions}`, () => told.includes(`${identity} leads ${transitions}`)),
    stop: async () => {
      ours.abort();
      await election.ended;
    },
  };
}
