import { Broken } from './promises/judge.ts';
import { retell, type Story } from './story.ts';

/** Fewer lines that break the same promise: parts are cut for as long as it still breaks, large ones first. `tries` bounds the time. */
export async function shrink(story: Story, tries: number): Promise<Story> {
  let best = story;
  let left = tries;
  for (let size = Math.ceil(best.lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = best.lines.length; from > 0 && left > 0; from -= size, left--) {
      const fewer = best.lines.toSpliced(Math.max(0, from - size), Math.min(size, from));
      const told = await retell(fewer);
      if (promiseOf(told) === promiseOf(story)) best = told;
    }
  }
  return best;
}

/** What broke, without the details, which change as lines are cut. */
function promiseOf({ failure }: Story): string | null {
  if (failure === null) return null;
  return failure instanceof Error
    ? failure instanceof Broken
      ? failure.promise
      : failure.message
    : 'something was thrown that is no error';
}
