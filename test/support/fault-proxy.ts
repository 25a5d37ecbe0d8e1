import { connect, createServer, type Socket } from 'node:net';

/** A proxy of bytes in front of a server, that fails as networks do. It knows nothing of TLS or HTTP. */
export type FaultProxy = {
  readonly port: number;
  /** Connections that are open now. */
  readonly open: () => number;
  /** Connections that were ever made. */
  readonly made: () => number;
  /** RST to both ends of every connection. */
  readonly reset: () => void;
  /** No byte flows, on present and on new connections; nobody is told. */
  readonly stall: () => void;
  /** The same for the present connections only: new ones work. */
  readonly stallPresent: () => void;
  /** Ends a stall: the bytes that waited flow. */
  readonly resume: () => void;
  /** New connections are refused (ECONNREFUSED); present ones go on. */
  readonly refuse: () => Promise<void>;
  readonly accept: () => Promise<void>;
  /** Once: after so many more bytes from the server, the connection that brings them is reset. */
  readonly cutAfter: (bytes: number) => void;
  readonly close: () => Promise<void>;
};

export async function openFaultProxy(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  const stuck = new WeakSet<Socket>();
  let stalled = false;
  let cutIn = Number.POSITIVE_INFINITY;
  let made = 0;

  const server = createServer((client) => {
    made += 1;
    const pair: Pair = { client, upstream: connect(target) };
    pairs.add(pair);
    forward(client, pair.upstream, (bytes) => bytes);
    forward(pair.upstream, client, (bytes) => {
      const left = bytes.subarray(0, cutIn);
      if (left.length < bytes.length) setImmediate(cut, pair);
      cutIn = left.length < bytes.length ? Number.POSITIVE_INFINITY : cutIn - left.length;
      return left;
    });
    for (const socket of [client, pair.upstream]) {
      socket.on('close', () => {
        pairs.delete(pair);
        (socket === client ? pair.upstream : client).destroy();
      });
      if (stalled) hold(socket);
    }
  });

  const forward = (from: Socket, to: Socket, pass: (bytes: Buffer) => Buffer) => {
    from.on('data', (bytes) => {
      if (!to.write(pass(bytes))) from.pause();
    });
    to.on('drain', () => stuck.has(from) || from.resume());
    from.on('end', () => to.end());
    // A reset by the one is told to the other by 'close'.
    from.on('error', () => {});
  };

  const hold = (socket: Socket) => {
    stuck.add(socket);
    socket.pause();
  };
  const release = (socket: Socket) => {
    stuck.delete(socket);
    socket.resume();
  };
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const each = (act: (socket: Socket) => void) => [...pairs].forEach(({ client, upstream }) => [client, upstream].forEach(act));

  await listen(0);
  const { port } = server.address() as { port: number };
  return {
    port,
    open: () => pairs.size,
    made: () => made,
    reset: () => [...pairs].forEach(cut),
    stall: () => {
      stalled = true;
      each(hold);
    },
    stallPresent: () => each(hold),
    resume: () => {
      stalled = false;
      each(release);
    },
    refuse: async () => void server.close(),
    accept: () => listen(port),
    cutAfter: (bytes) => {
      cutIn = bytes;
    },
    close: async () => {
      server.close();
      each((socket) => socket.destroy());
    },
  };
}

type Pair = { readonly client: Socket; readonly upstream: Socket };

function cut({ client, upstream }: Pair): void {
  client.resetAndDestroy();
  upstream.resetAndDestroy();
}
