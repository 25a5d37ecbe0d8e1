import type { Mutant } from './mutants.ts';
import { type Explained, isSame } from './survivors.ts';
import type { Fate } from './trial.ts';

export type Tried = { readonly mutant: Mutant; readonly fate: Fate };

/** Per cent of the mutants that could be killed. */
const ENOUGH = 90;

/** A line for each file, and one for all. */
export function tableOf(tried: readonly Tried[], explained: readonly Explained[]): string {
  const files = [...new Set(tried.map(({ mutant }) => mutant.file))];
  const rows = files.map((file) => [
    file,
    ...countsOf(
      tried.filter(({ mutant }) => mutant.file === file),
      explained,
    ),
  ]);
  const table = [HEAD, ...rows, ['all', ...countsOf(tried, explained)]];
  const width = Math.max(...files.map((file) => file.length), 4);
  return table.map(([name = '', ...cells]) => name.padEnd(width) + cells.map((cell) => cell.padStart(12)).join('')).join('\n');
}

const HEAD = ['file', 'mutants', 'by tests', 'simulation', 'silence', 'survived', 'explained', 'killed %'];

function countsOf(tried: readonly Tried[], explained: readonly Explained[]): string[] {
  const by = (fate: Fate) => tried.filter((it) => it.fate === fate).length;
  const excused = tried.filter(({ mutant, fate }) => fate === 'survived' && explained.some((it) => isSame(it, mutant))).length;
  const counts = [tried.length, by('tests'), by('simulation'), by('silence'), by('survived') - excused, excused];
  return [...counts.map(String), perCent(tried, explained).toFixed(1)];
}

function perCent(tried: readonly Tried[], explained: readonly Explained[]): number {
  const counted = tried.filter(({ mutant, fate }) => fate !== 'survived' || !explained.some((it) => isSame(it, mutant)));
  const killed = counted.filter(({ fate }) => fate !== 'survived');
  return counted.length === 0 ? 100 : (100 * killed.length) / counted.length;
}

/** Why the run is a failure, a sentence each. */
export function failuresOf(tried: readonly Tried[], explained: readonly Explained[]): string[] {
  const reached = perCent(tried, explained);
  const few = reached < ENOUGH ? [`${reached.toFixed(1)} % of the mutants are killed, and ${ENOUGH} % have to be.`] : [];
  const untrue = explained.flatMap((it) => {
    const same = tried.filter(({ mutant }) => isSame(it, mutant));
    const words = `${it.file}: ${it.before} → ${it.after}`;
    if (same.length === 0) return [`survivors.md explains a mutant that is not there any more; take it off the list: ${words}`];
    return same.some(({ fate }) => fate === 'survived')
      ? []
      : [`survivors.md explains a mutant that is killed; take it off the list: ${words}`];
  });
  return [...few, ...untrue];
}
