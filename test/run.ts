/**
 * Runs groups of tests in order, up to the first that fails, and ends with node's own summary over all of them.
 *
 *     node test/run.ts [--tally FILE] GROUP...
 *
 * With `--tally` the counts of an earlier run are read from FILE, added, and written back: the groups before a cluster is up, and those after.
 */

import { globSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { parseArgs } from 'node:util';

const GROUPS: Readonly<Record<string, { readonly files: readonly string[]; readonly concurrency: number; readonly minutes: number }>> = {
  unit: {
    files: ['{crds,operator,sidecar,cli,demo,images}/**/*.test.ts', 'test/*.test.ts', 'test/{mutants,support}/**/*.test.ts'],
    concurrency: availableParallelism(),
    minutes: 2,
  },
  scenarios: { files: ['test/scenarios/**/*.test.ts'], concurrency: availableParallelism(), minutes: 2 },
  simulation: { files: ['test/simulation/**/*.test.ts'], concurrency: availableParallelism(), minutes: 10 },
  fuzz: { files: ['test/fuzz/**/*.test.ts'], concurrency: availableParallelism(), minutes: 30 },
  // One after another: they share a cluster, and some kill parts of it.
  integration: { files: ['test/integration/**/*.test.ts'], concurrency: 1, minutes: 5 },
  e2e: { files: ['test/e2e/**/!(hygiene|untouched).test.ts'], concurrency: 1, minutes: 10 },
  // Last: it looks through all that the others have left.
  hygiene: { files: ['test/e2e/{hygiene,untouched}.test.ts'], concurrency: 1, minutes: 10 },
};

const { values, positionals } = parseArgs({ options: { tally: { type: 'string' } }, allowPositionals: true });
const counts = new Map<string, number>(values.tally && existsSync(values.tally) ? JSON.parse(readFileSync(values.tally, 'utf8')) : []);
for (const name of positionals) {
  await group(name);
  if ((counts.get('fail') ?? 0) + (counts.get('cancelled') ?? 0) > 0 || process.exitCode) {
    process.exitCode = 1;
    break;
  }
}
await report(
  (async function* () {
    for (const [what, count] of counts) yield summaryLine(what, count);
  })(),
);
if (values.tally) writeFileSync(values.tally, JSON.stringify([...counts]));

async function group(name: string): Promise<void> {
  const group = GROUPS[name];
  if (!group) throw new Error(`no group '${name}': ${Object.keys(GROUPS).join(' ')}`);
  const files = globSync([...group.files]).toSorted();
  console.log(`\n── ${name}: ${files.length} files`);
  if (files.length === 0) return;
  await report(withoutSummary(run({ files, concurrency: group.concurrency, timeout: group.minutes * 60_000 })));
}

type Event = { readonly type: string; readonly data: { readonly nesting?: number; readonly message?: string; readonly file?: string } };

/** Passes the events on, but for the closing counts, which are kept: the summary comes once, at the end. */
async function* withoutSummary(events: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const event of events) {
    const { type, data } = event as Event;
    const count = type === 'test:diagnostic' && data.nesting === 0 && !data.file ? /^(\w+) ([\d.]+)$/.exec(data.message ?? '') : null;
    if (count?.[1] && count[2]) counts.set(count[1], (counts.get(count[1]) ?? 0) + Number(count[2]));
    else yield event;
  }
}

function summaryLine(what: string, count: number): Event {
  return { type: 'test:diagnostic', data: { nesting: 0, message: `${what} ${what === 'duration_ms' ? count.toFixed(0) : count}` } };
}

async function report(events: AsyncIterable<unknown>): Promise<void> {
  await pipeline(events, new spec(), process.stdout, { end: false });
}
