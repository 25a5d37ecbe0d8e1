/** An operator that goes is lost to the whole fleet at once: 10,000 members are spread over two seconds before anybody dials, and not over a blink. */
const FIRST_MS = 2_000;
const LAST_MS = 10_000;
/** A replica that does not lead says so; the Service points at the leader in a moment. */
const SOON_MS = 400;

/** Full jitter: anywhere up to a bound that doubles with each try in vain, so that a fleet does not come back as one. `random` is in [0, 1). */
export function pauseBefore(triesInVain: number, random: number): number {
  return random * Math.min(LAST_MS, FIRST_MS * 2 ** triesInVain);
}

/** Said in place of a stream, `not leader` is of one dial that went astray; a stream that ends so ends for the whole fleet. */
export function isAstray(because: string, wasConnected: boolean): boolean {
  return !wasConnected && because.endsWith('not leader');
}

export function pauseForLeader(random: number): number {
  return SOON_MS / 4 + random * SOON_MS;
}
