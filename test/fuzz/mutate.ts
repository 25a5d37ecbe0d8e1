import fc from 'fast-check';

/* Frames that are nearly right: a good one, changed in a few places as JSON, then in a few bytes. */

/** What a field may become. */
const odd = fc.constantFrom<unknown>(
  null,
  true,
  -1,
  0.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  '',
  ' ',
  '../../etc/passwd',
  '/',
  '\u0000',
  'a\nb\u001b[31m\u202e',
  '\ud800',
  '__proto__',
  'x'.repeat(5_000),
  [],
  {},
  [[[[[[]]]]]],
  Array.from({ length: 500 }, (_, i) => i),
  { toString: 1, constructor: null },
);

type Change =
  | { readonly do: 'set'; readonly at: number; readonly to: unknown }
  | { readonly do: 'remove' | 'double'; readonly at: number }
  | { readonly do: 'add'; readonly at: number; readonly key: string; readonly to: unknown };

const at = fc.nat(1_000);
const aChange: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('set' as const), at, to: odd }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('remove' as const, 'double' as const), at }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('add' as const), at, key: fc.constantFrom('__proto__', 'constructor', 'type', 'x'), to: odd }),
  },
);

type Cut = { readonly how: 'flip' | 'insert' | 'remove' | 'cut' | 'repeat'; readonly at: number; readonly byte: number };
const aCut: fc.Arbitrary<Cut> = fc.record({
  how: fc.constantFrom('flip', 'insert', 'remove', 'cut', 'repeat'),
  at: fc.nat(100_000),
  byte: fc.nat(255),
});

/** The bytes of a frame: mostly as it was, or wrong in a place or two. */
export function nearly(frame: fc.Arbitrary<object>): fc.Arbitrary<Buffer> {
  const few = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.oneof({ weight: 3, arbitrary: fc.constant<T[]>([]) }, { weight: 2, arbitrary: fc.array(arbitrary, { minLength: 1, maxLength: 3 }) });
  return fc.tuple(frame, few(aChange), few(aCut)).map(([good, changes, cuts]) => {
    const json = JSON.stringify(changes.reduce(changed, structuredClone(good)));
    return cuts.reduce(spoilt, Buffer.from(json));
  });
}

export function spoilt(bytes: Buffer, { how, at: place, byte }: Cut): Buffer {
  const i = bytes.length === 0 ? 0 : place % bytes.length;
  const [head, tail] = [bytes.subarray(0, i), bytes.subarray(i)];
  switch (how) {
    case 'flip':
      return Buffer.concat([head, Buffer.from([(tail[0] ?? 0) ^ (byte || 1)]), tail.subarray(1)]);
    case 'insert':
      return Buffer.concat([head, Buffer.from([byte]), tail]);
    case 'remove':
      return Buffer.concat([head, tail.subarray(1)]);
    case 'cut':
      return head;
    case 'repeat':
      return Buffer.concat([bytes, ...Array.from({ length: byte % 8 }, () => tail)]);
  }
}

export const aSpoiling: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc
  .array(aCut, { minLength: 1, maxLength: 4 })
  .map((cuts) => (bytes: Buffer) => cuts.reduce(spoilt, bytes));

/** `at` counts the places of the frame, whatever depth they are at. */
function changed(frame: object, change: Change): object {
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (holder: object) => {
    for (const key of Object.keys(holder)) {
      const its = holder as Record<string, unknown>;
      places.push([its, key]);
      const value = its[key];
      if (typeof value === 'object' && value !== null) visit(value);
    }
  };
  visit(frame);
  const [holder, key] = places[change.at % Math.max(1, places.length)] ?? [{}, ''];
  switch (change.do) {
    case 'set':
      holder[key] = structuredClone(change.to);
      break;
    case 'remove':
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 'double':
      if (Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
      else holder[`${key}2`] = structuredClone(holder[key]);
      break;
    case 'add':
      if (!Array.isArray(holder))
        Object.defineProperty(holder, change.key, {
          value: structuredClone(change.to),
          enumerable: true,
          writable: true,
          configurable: true,
        });
      break;
  }
  return frame;
}
