/**
 * `make mutants`: changes the planner in one small way at a time, and asks whether a test notices.
 *
 *     node test/mutants/run.ts [--all] [WORD...]     only files whose path has one of the words in it
 *
 * What survivors.md explains is not tried, but with --all. Ends with 1 when fewer than 90 % of the others are killed, or when it explains a
 * mutant that is not there, or (--all) is killed.
 */
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutant, mutantsOf } from './mutants.ts';
import { failuresOf, type Tried, tableOf } from './result.ts';
import { explainedIn, isSame } from './survivors.ts';
import { openBench } from './trial.ts';

const root = resolve(import.meta.dirname, '../..');
const { values, positionals: words } = parseArgs({ options: { all: { type: 'boolean', default: false } }, allowPositionals: true });
const files = globSync('operator/plan/**/*.ts', { cwd: root })
  .filter((file) => !file.endsWith('.test.ts') && (words.length === 0 || words.some((word) => file.includes(word))))
  .toSorted();
const benches = Array.from({ length: availableParallelism() }, () => openBench(root));
process.once('exit', () => benches.forEach((bench) => bench.clear()));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const [first] = benches;
const unchanged = await first?.tryOut(null);
if (unchanged !== 'survived') {
  console.error(`The code as it is fails already (${unchanged}): make the tests pass first.`);
  process.exit(2);
}
const explained = explainedIn(readFileSync(new URL('survivors.md', import.meta.url), 'utf8')).filter(({ file }) => files.includes(file));
const mutants = files.flatMap((file) => mutantsOf(file, first?.read(file) ?? ''));
const tried: Tried[] = [];
const waiting = [...mutants];
await Promise.all(benches.map(tryOutAll));
tried.sort((a, b) => mutants.indexOf(a.mutant) - mutants.indexOf(b.mutant));

console.log(tableOf(tried, explained));
const failures = failuresOf(tried, explained);
for (const failure of failures) console.error(failure);
process.exitCode = failures.length > 0 ? 1 : 0;

async function tryOutAll({ tryOut }: ReturnType<typeof openBench>): Promise<void> {
  for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
    const isExplained = explained.some((it) => isSame(it, mutant));
    const fate = isExplained && !values.all ? 'survived' : await tryOut(mutant);
    tried.push({ mutant, fate });
    if (!isExplained && (fate === 'survived' || fate === 'silence'))
      console.log(`${tried.length} of ${mutants.length}  ${fate}  ${nameOf(mutant)}`);
  }
}

function nameOf({ file, line, before, after }: Mutant): string {
  return `${file}:${line}\n    ${before}\n  → ${after}`;
}
