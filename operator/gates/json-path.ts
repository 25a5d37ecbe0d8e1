const STEP = /\.([^.[]+)|\[(\d+)\]|\['([^']+)'\]/g;

/** The value at a path that the API has let through, such as `$.a.b[0]['c d']`; undefined where there is none. */
export function atPath(value: unknown, path: string): unknown {
  let at = value;
  for (const [, name, index, quoted] of path.matchAll(STEP)) {
    const key = name ?? index ?? quoted ?? '';
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Record<string, unknown>)[key];
  }
  return at;
}
