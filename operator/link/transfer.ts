import type { WebSocket } from 'ws';
import { CHUNK_BYTES, type FileEntry } from '../../sidecar/protocol.ts';
import type { Clock } from './clock.ts';

export type BytesOf = (file: FileEntry) => Promise<Buffer> | Buffer;

/** 256 KiB in this time is slower than any network that we know. */
const FRAME_MS = 10_000;

/**
 * Sends the files in binary frames, one file after the other, the next frame when the last one has left: a slow reader costs
 * one frame of memory, not its files. Ends early, between two frames, when `isCurrent` says no; a file of no bytes has no frame.
 * `stalled` is called where a frame has not left after ten seconds; it should end the stream, which ends the wait.
 * Throws where a file cannot be read, or is not as long as the assignment said: its frames would be taken for the next file's.
 */
export async function transfer(
  stream: WebSocket,
  files: readonly FileEntry[],
  bytesOf: BytesOf,
  clock: Pick<Clock, 'after'>,
  isCurrent: () => boolean,
  stalled: () => void,
): Promise<number> {
  let sent = 0;
  for (const file of files) {
    const bytes = await bytesOf(file);
    if (bytes.length !== file.bytes) throw new Error(`${file.source}/${file.key} has ${bytes.length} bytes in place of ${file.bytes}`);
    for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
      if (!isCurrent()) return sent;
      const piece = bytes.subarray(from, from + CHUNK_BYTES);
      const cancel = clock.after(FRAME_MS, stalled);
      try {
        await send(stream, piece);
      } finally {
        cancel();
      }
      sent += piece.length;
    }
  }
  return sent;
}

function send(stream: WebSocket, piece: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.send(piece, { binary: true }, (error) => (error ? reject(error) : resolve()));
  });
}
