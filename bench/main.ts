/**
 * Measures what is promised of sizes, counts, times and memory, and prints it as tables.
 *
 *     node bench/main.ts [plan] [inject] [status] [sidecar] [writes] [memory] [link] [floor] [webhook]
 *
 * To look closer: ROUNDS=1, SIZES='10 100' (of `writes`), LINK_SIZES='200 1000' (of `link`), NODE_FLAGS='--max-semi-space-size=2' (of the operator that they start).
 * `writes`, `memory` and `link` need a control plane of their own, `webhook` a whole cluster, as make/bench.sh makes them. Ends with 1 where a count breaks a promise; a time never does.
 */

import { cpus, release, totalmem } from 'node:os';
import { injectBench } from './inject.ts';
import { planBench } from './plan.ts';
import { statusBench } from './status.ts';
import { floorBench } from './floor.ts';
import { linkBench } from './link.ts';
import { memberBench } from './member.ts';
import { memoryBench } from './memory.ts';
import { webhookBench } from './webhook.ts';
import { writesBench } from './writes.ts';
import { type Findings, printed } from './table.ts';

const BENCHES: Readonly<Record<string, () => Findings | Promise<Findings>>> = {
  plan: planBench,
  inject: injectBench,
  status: statusBench,
  sidecar: memberBench,
  writes: writesBench,
  memory: memoryBench,
  link: linkBench,
  floor: floorBench,
  webhook: webhookBench,
};

// Whoever ends us ends what we started, too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
  console.error(`there is no bench '${unknown}': ${Object.keys(BENCHES).join(' ')}`);
  process.exitCode = 2;
} else {
  console.log(
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}, Node ${process.version}`,
  );
  const broken: string[] = [];
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    const findings = await bench();
    for (const table of findings.tables) console.log(`\n${printed(table)}`);
    broken.push(...findings.broken);
  }
  for (const promise of broken) console.error(`\nbroken: ${promise}`);
  if (broken.length > 0) process.exitCode = 1;
}
