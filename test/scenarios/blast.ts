import type { FakeFleet } from '../support/fake-fleet.ts';

/** Remembers which members were ever given a revision, be it that they refused it. */
export function openBlast() {
  const seen = new Set<string>();
  const reached = new Map<string, Set<string>>();
  return {
    note({ members }: FakeFleet): void {
      for (const { name, asked, running, refused } of members.values()) {
        seen.add(name);
        for (const it of [asked, running, refused])
          if (it?.revision) reached.set(it.revision, (reached.get(it.revision) ?? new Set()).add(name));
      }
    },
    tell: (revision: string) => `  ${revision} reached ${reached.get(revision)?.size ?? 0} of ${seen.size} members`,
  };
}
