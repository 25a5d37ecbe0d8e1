import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:https';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { WebSocket } from 'ws';
import { LINK_PATH, SUBPROTOCOL } from '../../sidecar/protocol.ts';
import { issue } from './certificates.ts';
import { ENTRANCE } from './entrance.ts';
import type { Review } from './review.ts';
import { aLink, anAssignment, aPod, aSidecar, managed, refusal, tokenOf, until } from './testing/a-link.ts';

const noBytes = () => Buffer.alloc(0);

for (const [what, authorization, given, says, counted] of [
  ['no token', undefined, {}, '401 no bearer token, or one that is too long', 'refused no_token'],
  ['an invalid token', 'Bearer bad', {}, '401 the token is not valid for the audience fleetreload.dev', 'refused invalid_token'],
  [
    'a token of no pod',
    `Bearer ${tokenOf('1')}`,
    { review: async () => ({ kind: 'not a pod' }) },
    '403 the token is not bound to a pod',
    'refused not_a_pod',
  ],
  [
    'a pod that we do not see',
    `Bearer ${tokenOf('1')}`,
    { podOf: () => undefined },
    '503 the pod is not known here yet',
    'refused unknown_pod',
  ],
  [
    'a pod of another name',
    `Bearer ${tokenOf('1')}`,
    { podOf: () => managed(aPod('2')) },
    '403 the pod of this uid has another name or namespace',
    'refused other_pod',
  ],
  [
    'an API server that is away',
    `Bearer ${tokenOf('1')}`,
    { review: () => Promise.reject(new Error('refused')) },
    '503 the token could not be reviewed',
    'refused review_failed',
  ],
] as const satisfies readonly (readonly [
  string,
  string | undefined,
  { review?: Review; podOf?: () => ReturnType<typeof managed> },
  string,
  string,
])[])
  test(`a dial with ${what} gets no stream: ${says}`, async () => {
    const made = await leading(given);
    const headers = authorization === undefined ? {} : { authorization };
    assert.equal(await refusal(new WebSocket(made.url, SUBPROTOCOL, { ...made.tls, headers })), says);
    assert.equal(made.counted.at(-1), counted);
    assert.equal(made.streams(), 0);
    await made.link.close();
  });

test('another path, another subprotocol or plain HTTP is no sidecar', async () => {
  const { link, url, tls, counted } = await leading();
  const headers = { authorization: `Bearer ${tokenOf('1')}` };
  assert.match(await refusal(new WebSocket(url.replace(LINK_PATH, '/'), SUBPROTOCOL, { ...tls, headers })), /^400 /);
  assert.match(await refusal(new WebSocket(url, 'fleetreload.v9', { ...tls, headers })), /^400 /);
  const [response] = await once(get(url.replace('wss:', 'https:'), { ...tls, agent: false }), 'response');
  assert.equal(response.statusCode, 400);
  response.resume();
  assert.deepEqual(
    counted,
    Array.from({ length: 3 }, () => 'refused bad_request'),
  );
  await link.close();
});

test('TLS 1.1 is not spoken', async () => {
  const { link, tls } = await leading();
  const socket = connectTls({
    port: link.port,
    host: '127.0.0.1',
    ...tls,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  const [error] = await once(socket, 'error');
  assert.match(error.message, /alert protocol version/);
  await link.close();
});

test('a second stream of a pod takes the place of the first', async () => {
  const { link, join, logged } = await leading();
  const first = await join('1');
  link.assign('1', anAssignment('r1', {}), noBytes);
  await first.assigned();
  const second = await join('1');
  assert.deepEqual(await first.closed, { code: 1006, says: '' }, 'nobody reads it any more, so it is cut');
  assert.equal((await second.assigned()).revision, 'r1');
  assert.equal(link.report('1')?.link.kind, 'connected');
  assert.ok(!logged.some(({ message }) => message === 'member away'));
  await link.close();
});

test('a pod gets its own assignment and nobody else’s', async () => {
  const { link, join } = await leading();
  const [one, two] = [await join('1'), await join('2')];
  link.assign('2', anAssignment('r2', {}), noBytes);
  link.assign('1', anAssignment('r1', {}), noBytes);
  assert.deepEqual([(await one.assigned()).revision, (await two.assigned()).revision], ['r1', 'r2']);
  assert.deepEqual([one.unread, two.unread], [[], []]);
  await link.close();
});

test('who follows ends its streams with the reason, forgets, and turns dials away before it looks at a token', async () => {
  const { link, join, dial, counted } = await leading();
  const sidecar = await join('1');
  await until(() => link.report('1') !== undefined);
  link.follow();
  assert.deepEqual(await sidecar.closed, { code: 1012, says: 'not leader' });
  assert.equal(link.report('1'), undefined);
  assert.equal(await refusal(dial(tokenOf('1'))), '503 not leader');
  assert.deepEqual(counted, ['reviewed', 'ended not_leader', 'refused not_leader']);
  link.lead(4);
  const again = await join('1');
  link.assign('1', anAssignment('r1', {}), noBytes);
  assert.deepEqual((await again.assigned()).epoch, [4, 1]);
  await link.close();
});

test('a Lease or a pod that is lost while a token is reviewed gives no stream', async () => {
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  const { link, dial } = await leading({
    review: async () => {
      asked.resolve();
      await answer.promise;
      return { kind: 'pod', pod: aPod('1') };
    },
  });
  const sidecar = aSidecar(dial(tokenOf('1')));
  await asked.promise;
  link.follow();
  answer.resolve();
  assert.deepEqual(await sidecar.closed, { code: 1012, says: 'not leader' });
  await link.close();
});

test('a pod that goes takes its stream with it', async () => {
  const { link, join } = await leading();
  const sidecar = await join('1');
  await until(() => link.report('1') !== undefined);
  link.forget('1');
  assert.deepEqual(await sidecar.closed, { code: 4001, says: 'this pod or its policy is gone' });
  assert.equal(link.report('1'), undefined);
  await link.close();
});

test('a token that is used from another address while its pod has a stream is refused; the pod itself always gets in', async () => {
  const own = '127.0.0.3';
  const { link, dial, join, counted, logged } = await leading({ podOf: (uid) => ({ ...aPod(uid), managed: true, ip: own }) });
  const first = await join('1');
  assert.equal(
    await refusal(dial(tokenOf('1'), { localAddress: '127.0.0.2' })),
    '403 the pod has a stream from another address, and this is not its own',
  );
  assert.equal(counted.at(-1), 'refused replayed');
  assert.deepEqual(
    logged.filter(({ message }) => message === 'stream refused').map(({ fields }) => fields),
    [
      {
        namespace: 'shop',
        member: 'web-1',
        from: '127.0.0.2',
        reason: 'replayed',
        because: 'the pod has a stream from another address, and this is not its own',
      },
    ],
  );
  const itself = aSidecar(dial(tokenOf('1'), { localAddress: own }));
  await itself.opened;
  assert.deepEqual(await first.closed, { code: 1006, says: '' });
  itself.stream.close();
  await itself.closed;
  await until(() => counted.at(-1) === 'ended closed');
  await aSidecar(dial(tokenOf('1'), { localAddress: '127.0.0.2' })).opened;
  await link.close();
});

test('a refused dial is one line in the log, however often it comes; nothing of its token is in it', async () => {
  const { link, dial, logged, clock } = await leading({ review: async () => ({ kind: 'invalid' }) });
  const said = () => logged.filter(({ message }) => message === 'stream refused').map(({ fields }) => fields);
  for (let i = 0; i < 5; i++) await refusal(dial(tokenOf('1')));
  assert.deepEqual(said(), [
    { from: '127.0.0.1', reason: 'invalid_token', because: 'the token is not valid for the audience fleetreload.dev' },
  ]);
  clock.turn(60_000);
  await refusal(dial(tokenOf('1')));
  assert.equal(said().length, 2);
  await link.close();
});

test('a pod that dials and dials is sent away after ten, keeps one stream, and is let in again a second later', async () => {
  const { link, clock, join, dial, counted, streams } = await leading();
  for (let i = 0; i < 10; i++) await join('1');
  assert.equal(await refusal(dial(tokenOf('1'))), '503 too many dial at once');
  assert.equal(counted.at(-1), 'refused busy');
  await until(() => streams() === 1);
  await join('2');
  clock.turn(1_000);
  await join('1');
  await link.close();
});

test('a pod without our sidecar outranks nobody, whatever it says', async () => {
  const { link, join } = await leading({ podOf: (uid) => ({ ...aPod(uid), managed: uid === '2' }) });
  await join('1', { epoch: [9, 1] });
  await until(() => link.report('1') !== undefined);
  assert.equal(link.outrankedBy(), null);
  await join('2', { epoch: [8, 1] });
  await until(() => link.report('2') !== undefined);
  assert.deepEqual(link.outrankedBy(), [8, 1]);
  await link.close();
});

test('a new certificate is shown to those who dial from now on, and open streams live on', async () => {
  const { link, join, authority, clock, tls } = await leading();
  const serial = async () => {
    const socket: TLSSocket = connectTls({ port: link.port, host: '127.0.0.1', ...tls });
    await once(socket, 'secureConnect');
    const { serialNumber } = socket.getPeerCertificate();
    socket.destroy();
    return serialNumber;
  };
  const sidecar = await join('1');
  const before = await serial();
  link.serve(await issue(authority, ['link.test'], clock.now()));
  assert.notEqual(await serial(), before);
  link.assign('1', anAssignment('r1', {}), noBytes);
  assert.equal((await sidecar.assigned()).revision, 'r1');
  await link.close();
});

test('a next CA is told to all, and to those who come later', async () => {
  const { link, join } = await leading();
  const first = await join('1');
  await until(() => link.report('1') !== undefined);
  link.trust('PEM');
  assert.deepEqual(await first.next(), { type: 'ca', pem: 'PEM' });
  assert.deepEqual(await (await join('2')).next(), { type: 'ca', pem: 'PEM' });
  await link.close();
});

/** Nobody is slowed down by the rate. */
const WIDE = { ...ENTRANCE, perSecond: 100, burst: 100, atOnce: 10, atOnceFromOne: 10, withinMs: 5_000 };

test('connections that become no stream are bounded in number and in time, and so are those that wait for their place', async () => {
  const { link, clock, counted, join } = await leading({ limits: { ...WIDE, atOnce: 1, waiting: 1 } });
  const idle = await strangerOf(link.port);
  const waits = join('1');
  await strangerOf(link.port).then(cut);
  assert.deepEqual(counted, ['refused busy']);
  clock.turn(5_000);
  await cut(idle);
  await waits;
  await link.close();
});

test('one address cannot fill the entrance, and has its place back when a connection goes or becomes a stream', async () => {
  const { link, clock, join, dial, counted } = await leading({ limits: { ...WIDE, atOnceFromOne: 2 } });
  const idle = [await strangerOf(link.port), await strangerOf(link.port)];
  const itsThird = join('1');
  // It came later, and is in sooner.
  await aSidecar(dial(tokenOf('2'), { localAddress: '127.0.0.2' })).opened;
  assert.equal(link.report('1'), undefined);
  clock.turn(5_000);
  for (const socket of idle) await cut(socket);
  await itsThird;
  assert.ok(!counted.includes('refused busy'));
  await link.close();
});

test('addresses take turns, however many of one wait, and so many of one may wait', async () => {
  const { link, clock, counted, join } = await leading({ limits: { ...WIDE, perSecond: 1, burst: 1, waitingFromOne: 5 } });
  const greedy = [];
  for (let i = 0; i < 8; i++) greedy.push(await strangerOf(link.port, '127.0.0.2'));
  // The first one is in, five wait.
  await until(() => counted.length === 2);
  assert.deepEqual(counted, ['refused busy', 'refused busy']);
  const own = join('1');
  await until(() => link.report('1') !== undefined || (clock.turn(100), false));
  await own;
  assert.equal(greedy.filter(({ closed }) => !closed).length, 6);
  for (const socket of greedy) socket.destroy();
  await link.close();
});

test('where the entrance is full, the address that holds most of it makes room for another', async () => {
  const { link, counted, join } = await leading({ limits: { ...WIDE, atOnce: 3 } });
  const idle = [];
  for (let i = 0; i < 3; i++) idle.push(await strangerOf(link.port, '127.0.0.2'));
  await join('1');
  await cut(idle[0] ?? assert.fail());
  assert.deepEqual([idle[1]?.closed, idle[2]?.closed], [false, false]);
  assert.ok(!counted.includes('refused busy'));
  for (const socket of idle) socket.destroy();
  await link.close();
});

test('a stream holds no place in the entrance, and is not timed by it', async () => {
  const { link, clock, join, counted } = await leading({ limits: { ...WIDE, atOnce: 1, waiting: 1 } });
  const first = await join('1');
  await until(() => link.report('1') !== undefined);
  await join('2');
  clock.turn(5_000);
  link.assign('1', anAssignment('r1', {}), noBytes);
  assert.equal((await first.assigned()).revision, 'r1');
  assert.ok(!counted.includes('refused busy'));
  await link.close();
});

test('more connections than the rate wait for their turn, and no TLS is spoken with them before it', async () => {
  const { link, clock, dial, join } = await leading({ limits: { ...WIDE, perSecond: 1, burst: 1 } });
  await join('1');
  const second = dial(tokenOf('2'));
  const spoken = once(second, 'upgrade');
  await strangerOf(link.port);
  assert.equal(second.readyState, WebSocket.CONNECTING);
  clock.turn(980);
  assert.equal(second.readyState, WebSocket.CONNECTING);
  clock.turn(20);
  await spoken;
  await link.close();
});

test('who gives up while it waits holds up nobody', async () => {
  const { link, clock, join } = await leading({ limits: { ...WIDE, perSecond: 1, burst: 1, waiting: 2 } });
  await join('1');
  const gone = await strangerOf(link.port, '127.0.0.2');
  const own = join('2');
  gone.destroy();
  await once(gone, 'close');
  await until(() => link.report('2') !== undefined || (clock.turn(100), false));
  await own;
  await link.close();
});

/** A connection that says nothing. */
async function strangerOf(port: number, localAddress?: string): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', ...(localAddress === undefined ? {} : { localAddress }) });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

async function leading(given: Parameters<typeof aLink>[0] = {}) {
  const made = await aLink(given);
  made.link.lead(3);
  return made;
}

/** Ended by the other side, be it with a reset. */
async function cut(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.closed) await once(socket, 'close');
}
