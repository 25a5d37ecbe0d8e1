/** So many letters may be wrong: of a short name fewer. */
const WRONG_MAX = 3;

/** `: did you mean web?` where one of the names is near to what was typed; else nothing. */
export function meant(typed: string, names: readonly string[]): string {
  const most = Math.min(WRONG_MAX, Math.ceil(typed.length / 3));
  const [nearest] = names
    .map((name) => ({ name, away: distance(typed, name) }))
    .filter(({ away }) => away <= most)
    .toSorted((a, b) => a.away - b.away || a.name.localeCompare(b.name));
  return nearest ? `: did you mean ${nearest.name}?` : '';
}

/** How many letters to put in, take out, change, or swap with their neighbour. */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (isSame ? 0 : 1),
          isSwapped ? at(i - 2, j - 2) + 1 : a.length + b.length,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
