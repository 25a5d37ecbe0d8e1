/** Paths of fields that the type does not have, such as `spec.wavs`: parsing left them out. The API server would do the same, without a word. */
export function unknownFields(written: unknown, parsed: unknown, path = ''): readonly string[] {
  if (Array.isArray(written)) return written.flatMap((it, i) => unknownFields(it, (parsed as readonly unknown[])[i], `${path}[${i}]`));
  if (typeof written !== 'object' || written === null) return [];
  return Object.entries(written).flatMap(([key, value]) => {
    const at = path === '' ? key : `${path}.${key}`;
    const known = (parsed ?? {}) as Readonly<Record<string, unknown>>;
    return key in known ? unknownFields(value, known[key], at) : [at];
  });
}
