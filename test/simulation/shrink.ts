import { Broken } from './promises/judge.ts';
import { retell, type Story } from './story.ts';

/** Fewer lines than this are not worth a rest in their place. */
const MANY = 8;

/**
 * The shortest story that is found in `limitMs` and breaks the same promise. Parts are cut, or left to go on by themselves, for as long as it still breaks: large
 * ones first; then each line again and again, since what needed it may be gone by then.
 */
export async function shrink(story: Story, limitMs: number): Promise<Story> {
  const endsAt = performance.now() + limitMs;
  let best = story;
  let size = Math.ceil(story.lines.length / 2);
  let isShorter = true;
  while ((size > 1 || isShorter) && performance.now() < endsAt) {
    isShorter = false;
    for (let from = best.lines.length - size; from > -size && performance.now() < endsAt; from -= size) {
      const cut = (...instead: string[]) => best.lines.toSpliced(Math.max(0, from), size + Math.min(0, from), ...instead);
      const shorter = (await ifBroken(story, cut())) ?? (size >= MANY ? await ifBroken(story, cut('rest')) : null);
      if (shorter === null) continue;
      best = shorter;
      isShorter = true;
    }
    size = Math.ceil(size / 2);
  }
  return best;
}

async function ifBroken(story: Story, lines: readonly string[]): Promise<Story | null> {
  const told = await retell(lines, !story.isBrokenBefore);
  return promiseOf(told) === promiseOf(story) ? told : null;
}

/** What broke, without the details, which change as lines are cut. */
function promiseOf({ failure }: Story): string | null {
  if (failure === null) return null;
  if (failure instanceof Broken) return failure.promise;
  return failure instanceof Error ? failure.message : 'something was thrown that is no error';
}
