const FIRST_MS = 200;
const LAST_MS = 10_000;
/** A replica that does not lead says so; the Service points at the leader in a moment. */
const SOON_MS = 400;

/** Full jitter: anywhere up to a bound that doubles with each try in vain, so that a fleet does not come back as one. `random` is in [0, 1). */
export function pauseBefore(triesInVain: number, random: number): number {
  return random * Math.min(LAST_MS, FIRST_MS * 2 ** triesInVain);
}

export function pauseForLeader(random: number): number {
  return SOON_MS / 4 + random * SOON_MS;
}
