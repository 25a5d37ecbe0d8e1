/** One step of a JSON patch (RFC 6902), as the API server applies it. */
export type Operation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The steps from one JSON value to another; none where they are equal. What is equal is not written again, so that a number which JavaScript
 * cannot hold stays as the API server has it, unless it stands in what is new.
 */
export function patchOf(before: unknown, after: unknown, path = ''): readonly Operation[] {
  if (Object.is(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return ofLists(before, after, path);
  if (isObject(before) && isObject(after)) return ofObjects(before, after, path);
  return [{ op: 'replace', path, value: after }];
}

type JsonObject = Readonly<Record<string, unknown>>;

function ofObjects(before: JsonObject, after: JsonObject, path: string): readonly Operation[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key): readonly Operation[] => {
    // As JSON has it: a key without a value is not there.
    const [was, is] = [own(before, key), own(after, key)];
    const at = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (was === undefined) return is === undefined ? [] : [{ op: 'add', path: at, value: is }];
    return is === undefined ? [{ op: 'remove', path: at }] : patchOf(was, is, at);
  });
}

/** What both begin and end with stays. [a, b] to [s, a', b] makes a into s, and adds a'. */
function ofLists(before: readonly unknown[], after: readonly unknown[], path: string): readonly Operation[] {
  const most = Math.min(before.length, after.length);
  const same = (was: unknown, is: unknown) => patchOf(was, is).length === 0;
  let head = 0;
  while (head < most && same(before[head], after[head])) head += 1;
  let tail = 0;
  while (tail < most - head && same(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;

  const paired = Array.from({ length: most - head - tail }, (_, i) => head + i);
  const added = after.slice(most - tail, after.length - tail).map((value, i): Operation => {
    return { op: 'add', path: `${path}/${most - tail + i}`, value };
  });
  // From the end, so that those before keep their places.
  const removed = Array.from({ length: Math.max(0, before.length - most) }, (_, i): Operation => {
    return { op: 'remove', path: `${path}/${before.length - tail - 1 - i}` };
  });
  return [...paired.flatMap((i) => patchOf(before[i], after[i], `${path}/${i}`)), ...added, ...removed];
}

function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
