import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { test } from 'node:test';
import { type Ack, type Assign, CHUNK_BYTES, type FileEntry } from '../../sidecar/protocol.ts';
import type { Link } from './link.ts';
import { aHello, aLink, anAssignment, type aSidecar, until } from './testing/a-link.ts';

const noBytes = () => {
  throw new Error('nobody wants this');
};

test('files come byte for byte, in the order wanted, in frames of at most 256 KiB', async () => {
  const { link, join } = await leading();
  const files: Record<string, Buffer> = { big: randomBytes(1024 * 1024), odd: randomBytes(CHUNK_BYTES + 1), none: Buffer.alloc(0) };
  const sidecar = await join('1');
  link.assign('1', anAssignment('r1', files), ({ key }) => files[key] ?? noBytes());
  const { epoch } = await sidecar.assigned();
  sidecar.say({ type: 'want', epoch, files: wanted('odd', 'none', 'big') });

  const frames: Buffer[] = [];
  for (let i = 0; i < 6; i++) frames.push((await sidecar.next()) as Buffer);
  assert.deepEqual(
    frames.map(({ length }) => length),
    [CHUNK_BYTES, 1, ...Array.from({ length: 4 }, () => CHUNK_BYTES)],
  );
  assert.ok(Buffer.concat(frames).equals(Buffer.concat([files['odd'] as Buffer, files['big'] as Buffer])));
  await link.close();
});

test('a newer assignment cuts off the files of the one before: behind it comes no byte of them', async () => {
  const { link, join } = await leading();
  const sidecar = await join('1');
  const asked = Promise.withResolvers<void>();
  const late = Promise.withResolvers<Buffer>();
  link.assign('1', anAssignment('r1', { conf: 'one' }), () => {
    asked.resolve();
    return late.promise;
  });
  sidecar.say({ type: 'want', epoch: (await sidecar.assigned()).epoch, files: wanted('conf') });
  await asked.promise;
  link.assign('1', anAssignment('r2', { conf: 'two' }), () => Buffer.from('two'));
  const second = await sidecar.assigned();
  late.resolve(Buffer.from('one'));
  sidecar.say({ type: 'want', epoch: second.epoch, files: wanted('conf') });
  assert.deepEqual(await sidecar.next(), Buffer.from('two'));
  assert.deepEqual(sidecar.unread, []);
  await link.close();
});

test('only files of the assignment in flight are given out', async () => {
  const { link, join, counted } = await leading();
  const sidecar = await join('1');
  link.assign('1', anAssignment('r1', { conf: 'one' }), noBytes);
  const { epoch } = await sidecar.assigned();
  sidecar.say({ type: 'want', epoch: [epoch[0], epoch[1] - 1], files: wanted('conf') });
  sidecar.say({ type: 'want', epoch, files: [{ source: 'secrets/others', key: 'tls.key' }] });
  assert.deepEqual(await sidecar.closed, { code: 1008, says: 'wanted a file that is not in its assignment' });
  assert.deepEqual(counted, ['reviewed', 'ignored want', 'ended not_its_file']);
  await link.close();
});

test('a refusal of an epoch that comes when the same was stated anew is not its answer: the answer may still come', async () => {
  const { link, join, counted } = await leading();
  const sidecar = await join('1');
  link.assign('1', anAssignment('r1', { conf: 'one' }), noBytes);
  const first = await sidecar.assigned();
  link.lead(first.epoch[0] + 2);
  const again = await sidecar.assigned();
  const seen = [first.epoch[0] + 1, 1] as const;
  sidecar.say({ ...ackOf(first), outcome: { kind: 'refused', because: 'too low', seen, agoMs: 0 } });
  await until(() => counted.includes('ignored ack'));
  assert.equal(link.report('1')?.refused, null);
  sidecar.say(ackOf(again));
  await until(() => link.report('1')?.asked === null);
  assert.equal(link.report('1')?.running?.revision, 'r1');
  await link.close();
});

test('files are given once for an assignment, and none after its ack', async () => {
  const { link, join, counted } = await leading();
  const sidecar = await join('1');
  link.assign('1', anAssignment('r1', { conf: 'one' }), () => Buffer.from('one'));
  const assign = await sidecar.assigned();
  const want = { type: 'want', epoch: assign.epoch, files: wanted('conf') } as const;
  sidecar.say(want);
  await sidecar.next();
  sidecar.say(want);
  sidecar.say(ackOf(assign));
  sidecar.say(want);
  await until(() => counted.length === 3);
  assert.deepEqual(counted, ['reviewed', 'ignored want', 'ignored want']);
  assert.deepEqual(sidecar.unread, []);
  await link.close();
});

test('files that cannot be read, or have another length than announced, end the stream: it dials again for them', async () => {
  const { link, join, logged } = await leading();
  for (const [bytes, error] of [
    [() => Promise.reject(new Error('no answer')), 'Error: no answer'],
    [() => Buffer.from('longer'), 'Error: configmaps/web/conf has 6 bytes in place of 3'],
  ] as const) {
    const sidecar = await join('1');
    link.assign('1', anAssignment('r1', { conf: 'one' }), bytes);
    sidecar.say({ type: 'want', epoch: (await sidecar.assigned()).epoch, files: wanted('conf') });
    assert.deepEqual(await sidecar.closed, { code: 1011, says: 'the files could not be read' });
    assert.deepEqual(logged.find(({ message }) => message === 'files could not be sent')?.fields, {
      namespace: 'shop',
      member: 'web-1',
      error,
      revision: 'r1',
    });
    logged.length = 0;
  }
  await link.close();
});

test('an ack of what is not in flight has no effect, and is counted', async () => {
  const { link, join, counted, changed } = await leading();
  const sidecar = await join('1');
  link.assign('1', anAssignment('r1', { conf: 'one' }), noBytes);
  const assign = await sidecar.assigned();
  const before = link.report('1');
  changed.length = 0;
  sidecar.say({ ...ackOf(assign), attempt: '1.2' });
  sidecar.say({ ...ackOf(assign), revision: 'r2' });
  sidecar.say({ ...ackOf(assign), epoch: [assign.epoch[0], assign.epoch[1] + 1] });
  sidecar.say({ ...ackOf(assign), epoch: [assign.epoch[0] - 1, 99] });
  await until(() => counted.length === 5);
  assert.deepEqual(counted, ['reviewed', ...Array.from({ length: 4 }, () => 'ignored ack')]);
  assert.equal(link.report('1'), before);
  assert.deepEqual(changed, []);

  sidecar.say(ackOf(assign));
  await until(() => changed.length > 0);
  sidecar.say(ackOf(assign));
  await until(() => counted.length === 6);
  assert.equal(link.report('1')?.asked, null);
  assert.deepEqual(changed, ['1'], 'a second ack of the same');
  await link.close();
});

for (const [what, say, code, says] of [
  ['no JSON', (stream) => stream.send('hello'), 1008, 'unreadable frame'],
  [
    'a field that is not what it should be',
    (stream) => stream.send(JSON.stringify({ ...aHello(), booted: 'yes' })),
    1008,
    'unreadable frame: booted',
  ],
  ['binary', (stream) => stream.send(Buffer.from('hello')), 1003, 'a sidecar sends text frames only'],
  ['more than 64 KiB', (stream) => stream.send('x'.repeat(64 * 1024 + 1)), 1009, ''],
  ['text that is no UTF-8', (stream) => stream.send(Buffer.from([0xff, 0xfe]), { binary: false }), 1007, ''],
  ['bytes that are no frame', (stream) => socketOf(stream).write(Buffer.from([0xff, 0xff, 0xff, 0xff])), 1002, ''],
  ['another version', (stream) => stream.send(JSON.stringify({ ...aHello(), protocol: 7 })), 4003, 'protocol 7 is not ours'],
  [
    'an ack before its hello',
    (stream) => stream.send(JSON.stringify(ackOf({ type: 'assign', epoch: [1, 1], ...anAssignment('r1', {}) }))),
    1008,
    'ack before hello',
  ],
] as const satisfies readonly (readonly [string, (stream: ReturnType<typeof aSidecar>['stream']) => void, number, string])[])
  test(`${what} ends the stream, and nothing else`, async () => {
    const { link, join } = await leading();
    const other = await join('2');
    const sidecar = await join('1', null);
    say(sidecar.stream);
    assert.deepEqual(await sidecar.closed, { code, says });
    assert.equal(link.report('1'), undefined);
    link.assign('2', anAssignment('r1', {}), noBytes);
    assert.equal((await other.assigned()).revision, 'r1');
    await link.close();
  });

test('who says no hello within 5 s is sent away', async () => {
  const { link, join, clock, streams } = await leading();
  const sidecar = await join('1', null);
  await until(() => streams() === 1);
  clock.turn(5_000);
  assert.deepEqual(await sidecar.closed, { code: 4002, says: 'no hello within 5s' });
  await link.close();
});

test('a flood of frames ends the stream', async () => {
  const { link, join } = await leading();
  const sidecar = await join('1');
  for (let i = 0; i < 200; i++) sidecar.say({ type: 'want', epoch: [3, 1], files: [] });
  assert.deepEqual(await sidecar.closed, { code: 1008, says: 'too many frames' });
  await link.close();
});

test('a sixth hello ends the stream', async () => {
  const { link, join, changed } = await leading();
  const sidecar = await join('1');
  for (let i = 0; i < 4; i++) sidecar.say(aHello({ booted: i % 2 === 1 }));
  await until(() => changed.length === 5);
  sidecar.say(aHello());
  assert.deepEqual(await sidecar.closed, { code: 1008, says: 'more than 5 hellos' });
  await link.close();
});

test('a slow reader is dropped when more than 1 MiB waits for it; others are not kept waiting', async () => {
  const { link, join, counted } = await leading();
  const other = await join('2');
  const sidecar = await join('1');
  await until(() => link.report('1') !== undefined && link.report('2') !== undefined);
  sidecar.stream.pause();
  const long = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`key-${i}`, '']));
  for (let i = 0; i < 500 && !counted.includes('ended slow'); i++)
    link.assign('1', anAssignment('r1', long, { attempt: `1.${i}` }), noBytes);
  assert.ok(counted.includes('ended slow'));
  assert.equal(link.report('1')?.link.kind, 'away');
  link.assign('2', anAssignment('r1', {}), noBytes);
  assert.equal((await other.assigned()).revision, 'r1');
  await link.close();
});

test('who does not read its files is dropped after 10 s, and its turn goes to another', async () => {
  const { link, join, clock, counted } = await leading();
  const sidecar = await join('1');
  await stall(link, sidecar);
  clock.turn(10_000);
  await until(() => counted.includes('ended slow'));
  assert.equal(link.report('1')?.link.kind, 'away');
  await link.close();
});

test('a stream that is ended, and does not say goodbye, is cut after 1 s', async () => {
  const { link, join, clock, streams } = await leading();
  const sidecar = await join('1');
  await stall(link, sidecar);
  link.forget('1');
  assert.equal(streams(), 1);
  clock.turn(1_000);
  await until(() => streams() === 0);
  await link.close();
});

test('an assignment that no frame can carry is refused where somebody can say why', async () => {
  const { link } = await leading();
  const many = Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`key-${i}`, '']));
  assert.throws(
    () => link.assign('1', anAssignment('r1', many), noBytes),
    /the assignment of r1 with its 2000 files is \d+ bytes; the link carries 262144: use fewer keys/,
  );
  const longNames = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`${i}`.padEnd(253, '-'), '']));
  assert.throws(
    () => link.assign('1', anAssignment('r1', longNames), noBytes),
    /the names in the assignment of r1 with its 300 files are \d+ bytes; the link carries 65536: use fewer keys, or shorter names/,
  );
  await link.close();
});

/** It wants more than any buffer on the way takes, and reads nothing of it. */
async function stall(link: Link, sidecar: ReturnType<typeof aSidecar>): Promise<void> {
  const big = Buffer.alloc(64 * 1024 * 1024);
  const asked = Promise.withResolvers<void>();
  link.assign('1', anAssignment('r1', { big }), () => {
    asked.resolve();
    return big;
  });
  const { epoch } = await sidecar.assigned();
  sidecar.stream.pause();
  sidecar.say({ type: 'want', epoch, files: wanted('big') });
  await asked.promise;
  // Frames leave until the buffers are full.
  await new Promise(setImmediate);
}

async function leading() {
  const made = await aLink();
  made.link.lead(3);
  return made;
}

function wanted(...keys: string[]): Pick<FileEntry, 'source' | 'key'>[] {
  return keys.map((key) => ({ source: 'configmaps/web', key }));
}

function ackOf({ epoch, revision, content, attempt }: Assign): Ack {
  const outcome = { kind: 'applied', proof: 'Confirmed', agoMs: 0 } as const;
  return { type: 'ack', epoch, revision, content, attempt, outcome, running: content, firedAt: 1, tookMs: 1 };
}

/** Below the frames. */
function socketOf(stream: object): Duplex {
  return (stream as { _socket: Duplex })._socket;
}
