/** Remembers values until a moment. Over `max` the oldest go, so that no stranger can fill our memory. */
export type Expiring<T> = {
  readonly get: (key: string) => T | undefined;
  readonly set: (key: string, value: T, until: number) => void;
  readonly size: number;
};

export function expiring<T>(max: number, now: () => number): Expiring<T> {
  const kept = new Map<string, { readonly value: T; readonly until: number }>();

  /** Entries are in the order they came, and most live equally long: what has expired is found in front. */
  const tidy = () => {
    for (const [key, { until }] of kept) {
      if (until > now() && kept.size <= max) return;
      kept.delete(key);
    }
  };
  return {
    get: (key) => {
      const found = kept.get(key);
      return found && found.until > now() ? found.value : undefined;
    },
    set: (key, value, until) => {
      kept.delete(key);
      kept.set(key, { value, until });
      tidy();
    },
    get size() {
      return kept.size;
    },
  };
}
