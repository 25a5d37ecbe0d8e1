import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect, type TLSSocket } from 'node:tls';
import { OPERATOR_ENV } from '../images/operator-process.ts';
import { issue, makeAuthority } from '../operator/link/certificates.ts';
import { ANSWER, type FloorTold, KILOBYTE, PING } from './floor-server.ts';
import { median } from './median.ts';
import { nodeFlags } from './operator.ts';
import { cpuMsOf, memoryOf } from './process.ts';
import type { Findings } from './table.ts';
import { waitUntil } from './wait-until.ts';

const SESSIONS = Number(process.env.FLOOR_SESSIONS ?? 4_000);
const ROUNDS = 10;
const AT_ONCE = 50;

/** What TLS alone costs in node, with no WebSocket, no protocol and no fleet behind it: below that the link cannot come. */
export async function floorBench(): Promise<Findings> {
  const authority = await makeAuthority(Date.now());
  const serving = await issue(authority, ['floor'], Date.now());
  const server = fork(`${import.meta.dirname}/floor-server.ts`, { execArgv: [...nodeFlags()], env: { ...process.env, ...OPERATOR_ENV } });
  const pid = server.pid ?? 0;
  const tell = (told: FloorTold) => void server.send(told);
  tell({ kind: 'serve', ...serving });
  const [{ port }] = (await once(server, 'message')) as [{ port: number }];

  const streams: TLSSocket[] = [];
  let heard = 0;
  const dial = async (): Promise<void> => {
    const stream = connect({ port, host: '127.0.0.1', ca: authority.cert, servername: 'floor' });
    stream.on('data', (bytes: Buffer) => {
      heard += bytes.length;
      if (bytes.length >= KILOBYTE.length) stream.write(ANSWER);
    });
    await once(stream, 'secureConnect');
    streams.push(stream);
  };
  const dialMany = async (many: number) => {
    for (let left = many; left > 0; left -= AT_ONCE) await Promise.all(Array.from({ length: Math.min(AT_ONCE, left) }, dial));
  };
  /** CPU of the server in µs a session. */
  const cost = async (bytes: number, act: () => void): Promise<number> => {
    heard = 0;
    const before = cpuMsOf(pid);
    act();
    await waitUntil('all have heard', () => heard >= bytes * streams.length);
    return ((cpuMsOf(pid) - before) * 1000) / streams.length;
  };

  try {
    // What node itself takes as it warms up is no session's.
    await dialMany(SESSIONS / 4);
    const before = { mb: memoryOf(pid).rssMb, cpuMs: cpuMsOf(pid), sessions: streams.length };
    await dialMany(SESSIONS - streams.length);
    const more = streams.length - before.sessions;
    const memoryKb = ((memoryOf(pid).rssMb - before.mb) * 1000) / more;
    const handshake = ((cpuMsOf(pid) - before.cpuMs) * 1000) / more;
    const pings: number[] = [];
    const sends: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      pings.push(await cost(PING.length, () => streams.forEach((stream) => stream.write(PING))));
      sends.push(await cost(KILOBYTE.length, () => tell({ kind: 'send' })));
    }
    const [ping, send] = [median(pings), median(sends)];
    const rows = [
      ['memory a session, KB', memoryKb.toFixed(1), '60'],
      ['a handshake, µs of CPU', handshake.toFixed(0), ''],
      ['a ping and its answer, µs of CPU', ping.toFixed(0), ''],
      ['… of 10,000 each 10 s, % of a core', (ping / 10).toFixed(1), '2.5'],
      ['1 KiB out and an answer in, µs of CPU', send.toFixed(0), ''],
      ['… of 10,000, s', (send / 100).toFixed(2), '0.8'],
    ];
    return {
      tables: [
        {
          title: 'The floor of the link',
          says: `TLS alone, ${SESSIONS} sessions, the server with the operator's flags. Medians of ${ROUNDS}.`,
          columns: ['', 'measured', 'promised of the whole link'],
          rows,
        },
      ],
      broken: [],
    };
  } finally {
    for (const stream of streams) stream.destroy();
    server.disconnect();
  }
}
