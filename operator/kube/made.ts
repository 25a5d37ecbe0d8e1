/** What was made a moment ago, and the watch may not tell of yet. It forgets by itself: a leader makes objects for months. */
export type Made = {
  readonly isRecent: (key: string, now: number) => boolean;
  readonly add: (key: string, now: number) => void;
  readonly delete: (key: string) => void;
  readonly size: number;
};

const WATCH_MS = 5_000;

export function openMade(): Made {
  const made = new Map<string, number>();
  return {
    isRecent: (key, now) => now < (made.get(key) ?? Number.NEGATIVE_INFINITY) + WATCH_MS,
    add: (key, now) => {
      made.delete(key);
      made.set(key, now);
      // In the order they were made: what is to be forgotten is found in front.
      for (const [known, at] of made) {
        if (now < at + WATCH_MS) return;
        made.delete(known);
      }
    },
    delete: (key) => void made.delete(key),
    get size() {
      return made.size;
    },
  };
}
