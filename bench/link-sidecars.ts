/** A process that is many sidecars, and counts what happens to them. Ends when its parent lets go of it. */

import tls from 'node:tls';
import type { Session } from '../sidecar/session.ts';
import { type Dial, madeUpSidecar } from './sidecar.ts';

export type Told =
  | { readonly kind: 'dial'; readonly dials: readonly Dial[]; readonly betweenMs: number }
  | { readonly kind: 'count' }
  /** All but who is connected. */
  | { readonly kind: 'begin anew' };

export type Count = {
  readonly connected: number;
  readonly assigned: number;
  readonly acked: number;
  /** Of these, where an app would have been told. */
  readonly fired: number;
  /** By the clock of the machine since its start, in ms: all processes have the same. */
  readonly firstAssignedAt: number;
  readonly lastAckedAt: number;
};

const MEMBERS_A_NODE = 100;
const NOTHING: Count = { connected: 0, assigned: 0, acked: 0, fired: 0, firstAssignedAt: Number.POSITIVE_INFINITY, lastAckedAt: 0 };

const sessions: Session[] = [];
let count: { -readonly [field in keyof Count]: Count[field] } = { ...NOTHING };

process.on('message', (told: Told) => {
  switch (told.kind) {
    case 'dial':
      return void dialAll(told.dials, told.betweenMs);
    case 'count':
      return void process.send?.(count);
    case 'begin anew':
      count = { ...NOTHING, connected: count.connected };
  }
});
process.on('disconnect', () => {
  for (const session of sessions) session.close();
});
comeFromNodes();

async function dialAll(dials: readonly Dial[], betweenMs: number): Promise<void> {
  for (const dial of dials) {
    sessions.push(counted(dial));
    await new Promise((resolve) => setTimeout(resolve, betweenMs));
  }
}

/** Answers at once: how long an app takes is not measured here. */
function counted(dial: Dial): Session {
  let isConnected = false;
  const turn = (now: boolean) => {
    if (now !== isConnected) count.connected += now ? 1 : -1;
    isConnected = now;
  };
  return madeUpSidecar(
    dial,
    {
      connected: () => turn(true),
      lost: () => turn(false),
      assigned: () => {
        count.assigned += 1;
        count.firstAssignedAt = Math.min(count.firstAssignedAt, monotonicMs());
      },
      acked: (fired) => {
        count.acked += 1;
        if (fired) count.fired += 1;
        count.lastAckedAt = monotonicMs();
      },
    },
    { least: 0, most: 0 },
  );
}

function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The operator lets few dial at once from one address. Ours come from as many as there would be nodes. */
function comeFromNodes(): void {
  const dial: (options: object) => tls.TLSSocket = tls.connect;
  let dialled = process.pid;
  const address = () => {
    const node = Math.floor(dialled++ / MEMBERS_A_NODE);
    return `127.${1 + (process.pid % 250)}.${1 + (Math.floor(node / 250) % 250)}.${1 + (node % 250)}`;
  };
  // As ws calls it.
  tls.connect = ((options: tls.ConnectionOptions) => dial({ ...options, localAddress: address() })) as typeof tls.connect;
}
