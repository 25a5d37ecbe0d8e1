/** Why a rollout was begun, and who edited what it brings: `the sources changed (edited by helm)`. */
export function why(because: string, changedBy: string | undefined): string {
  return changedBy ? `${because} (edited by ${changedBy})` : because;
}
