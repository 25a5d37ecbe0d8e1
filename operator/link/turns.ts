/** Lets at most `max` work at once, in the order they came. Whoever got a turn must call what it was given, once. */
export function turns(max: number): () => Promise<() => void> {
  let free = max;
  const waiting: (() => void)[] = [];
  const release = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return release;
  };
}
