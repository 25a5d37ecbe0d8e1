/**
 * Bytes that are kept, in memory of their own: small ones of `Buffer.from` lie in a slab of some KiB with whatever was made beside them, and hold all of
 * it for as long as they live.
 */
export function ownBytes(text: string, encoding: 'utf8' | 'base64'): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text, encoding));
  return bytes.subarray(0, bytes.write(text, encoding));
}
