/** Longer than the pieces of a reload are apart. */
const QUIET_MS = 5_000;

/**
 * To be called when something ended. When it has been quiet for a while, what that took is given back: V8 would keep some megabytes until
 * its heap grows again, in every pod of the fleet. Does nothing where node was not started with `--expose-gc`.
 */
export function giveBackLater(collect: (() => unknown) | undefined = collector(), quietMs = QUIET_MS): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    if (collect === undefined) return;
    clearTimeout(timer);
    timer = setTimeout(() => void collect(), quietMs).unref();
  };
}

/** The last resort is what compacts: a plain collection leaves the pages half empty. */
function collector(): (() => unknown) | undefined {
  const { gc } = globalThis;
  return gc && (() => gc({ type: 'major', execution: 'sync', flavor: 'last-resort' }));
}
