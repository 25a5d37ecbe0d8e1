import type { Member } from './situation.ts';

/** The same members, such that those of the domain that has the fewest so far come first: `key` is a label of nodes, its values are the domains. */
export function spreadOver(key: string, taken: readonly Member[], waiting: readonly Member[]): readonly Member[] {
  const domainOf = ({ topology }: Member) => topology[key] ?? '';
  const counts = new Map<string, number>();
  const countOne = (domain: string) => {
    const count = counts.get(domain) ?? 0;
    counts.set(domain, count + 1);
    return count;
  };
  for (const member of taken) countOne(domainOf(member));
  // The n-th of its domain comes after every (n-1)-th of another; within that, the order stays.
  return waiting
    .map((member, place) => ({ member, place, turn: countOne(domainOf(member)) }))
    .toSorted((a, b) => a.turn - b.turn || a.place - b.place)
    .map(({ member }) => member);
}
