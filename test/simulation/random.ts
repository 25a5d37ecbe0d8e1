/** Numbers that look random and follow from the seed alone. */
export type Random = {
  /** From 0 up to, and without, `n`. */
  readonly below: (n: number) => number;
  readonly chance: (share: number) => boolean;
  /** Throws where there is nothing to pick. */
  readonly pick: <T>(from: readonly T[]) => T;
};

/** Marsaglia's xorshift: 32 bits of state are plenty for a story. */
export function seeded(seed: number): Random {
  // Neighbouring seeds begin far apart, and none at 0, from where it never leaves.
  let state = Math.imul(seed + 1, 0x9e3779b1) || 1;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) next();
  const below = (n: number) => Math.floor(next() * n);
  return {
    below,
    chance: (share) => next() < share,
    pick: (from) => {
      const picked = from[below(from.length)];
      if (picked === undefined) throw new Error('nothing to pick from');
      return picked;
    },
  };
}
