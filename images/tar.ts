/** One file in a tar: a path of at most 100 bytes, readable by all, owned by root, of no time. */
export type Entry = { readonly path: string; readonly bytes: Buffer };

const BLOCK = 512;

/** A ustar archive; equal entries give equal bytes. */
export function tar(entries: readonly Entry[]): Buffer {
  return Buffer.concat([
    ...entries.flatMap(({ path, bytes }) => [header(path, bytes.length), bytes, padding(bytes.length)]),
    Buffer.alloc(2 * BLOCK),
  ]);
}

function header(path: string, size: number): Buffer {
  if (Buffer.byteLength(path) > 100) throw new Error(`a path in a tar is at most 100 bytes: ${path}`);
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) => block.write(value.toString(8).padStart(digits, '0'), at);
  block.write(path, 0);
  octal(0o644, 100, 7);
  octal(0, 108, 7); // uid
  octal(0, 116, 7); // gid
  octal(size, 124, 11);
  octal(0, 136, 11); // time
  block.write('        ', 148); // the checksum counts itself as blanks
  block.write('0', 156); // a regular file
  block.write('ustar\x0000', 257, 'latin1');
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  block.write('\0 ', 154, 'latin1');
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** The files of a tar by path, for small ones and for one big layer; links and folders are passed over. */
export function untar(archive: Buffer): ReadonlyMap<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + BLOCK <= archive.length && archive[at] !== 0; ) {
    const text = (from: number, length: number) => archive.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    if (text(156, 1) === '0') files.set(text(0, 100), archive.subarray(at + BLOCK, at + BLOCK + size));
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return files;
}
