/**
 * Lets at most `max` work at once, in the order they came, and of each of them one piece of work at a time: who stalls keeps one turn
 * from the others, however often it comes. Whoever got a turn must call what it was given, once.
 */
export function turns(max: number): (whose: string) => Promise<() => void> {
  let free = max;
  const waiting: (() => void)[] = [];
  const last = new Map<string, Promise<void>>();
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async (whose) => {
    const before = last.get(whose);
    const over = Promise.withResolvers<void>();
    last.set(whose, over.promise);
    await before;
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return () => {
      if (last.get(whose) === over.promise) last.delete(whose);
      over.resolve();
      release();
    };
  };
}
