import { plan } from '../operator/plan/plan.ts';
import type { Member, Situation } from '../operator/plan/situation.ts';
import { aFleet, aPolicy, apply, askedMembers, type FakeFleet, join, pass, refuse, situationOf } from '../test/support/fake-fleet.ts';
import { median, p99 } from './median.ts';
import type { Findings } from './table.ts';

const MEMBERS = 10_000;
const ROUNDS = 60;
/** A moment that takes long is measured less often. */
const PATIENCE_MS = 6_000;
const PROMISED_MS = 50;

type Moment = { readonly name: string; readonly situation: Situation };

/** How long one pass decides over 10,000 members, at each moment of a rollout: nothing is read or written. */
export function planBench(): Findings {
  const rows = moments().map(({ name, situation }) => {
    const times = timesOf(situation);
    const cpu = times.map((it) => it.cpuMs);
    const wall = times.map((it) => it.wallMs);
    return [name, times.length, ...[median(cpu), p99(cpu), median(wall), p99(wall)].map((ms) => ms.toFixed(1))];
  });
  const says = `\`plan()\` over ${MEMBERS} members in waves 1, 50%, 100%, in ms: the thread's CPU time, and by the clock. Promised: ${PROMISED_MS} ms.`;
  const columns = ['moment', 'rounds', 'median CPU', 'p99 CPU', 'median clock', 'p99 clock'];
  return { tables: [{ title: 'Planning', says, columns, rows }], broken: [] };
}

type Took = { readonly cpuMs: number; readonly wallMs: number };

/** A machine that does other things as well spoils the clock, and not the CPU time. */
function timesOf(situation: Situation): readonly Took[] {
  for (let i = 0; i < 5; i++) plan(situation);
  const times: Took[] = [];
  const end = performance.now() + PATIENCE_MS;
  while (times.length < ROUNDS && performance.now() < end) {
    const [cpu, start] = [process.threadCpuUsage(), performance.now()];
    plan(situation);
    const { user, system } = process.threadCpuUsage(cpu);
    times.push({ cpuMs: (user + system) / 1000, wallMs: performance.now() - start });
  }
  return times;
}

function moments(): readonly Moment[] {
  const found: Moment[] = [];
  const fleet = openFleet('100%');
  const note = (name: string) => void found.push({ name, situation: situationOf(fleet) });
  note('at rest');

  fleet.source = { kind: 'present', revision: 'r2' };
  note('an edit is seen');
  pass(fleet);
  pass(fleet);
  note('canary asked');
  answerAll(fleet, apply);
  baked(fleet);
  note('wave 2: 5,000 to ask');
  pass(fleet);
  note('wave 2: 5,000 asked');
  for (const member of askedMembers(fleet).slice(0, MEMBERS / 4)) apply(fleet, member);
  note('wave 2: half answered');
  answerAll(fleet, apply);
  pass(fleet);
  note('wave 2 bakes');
  baked(fleet);
  note('wave 3: 5,000 to ask');
  pass(fleet);
  note('wave 3: 5,000 asked');
  answerAll(fleet, (it, member) => refuse(it, member, `unknown key "timeout" in line ${it.members.size}`));
  note('wave 3: all refused');
  pass(fleet);
  note('way back: 10,000 to ask');
  pass(fleet);
  note('way back: asked');

  const tight = openFleet('25%');
  tight.source = { kind: 'present', revision: 'r2' };
  pass(tight);
  pass(tight);
  answerAll(tight, apply);
  baked(tight);
  pass(tight);
  found.push({ name: 'wave 2: 2,500 asked, no room for more', situation: situationOf(tight) });
  return found;
}

/** Its members run r1, which is stable. Names and uids are as long as real ones. */
function openFleet(maxUnavailable: '25%' | '100%'): FakeFleet {
  const fleet = aFleet(0, aPolicy({ maxUnavailable }));
  pass(fleet);
  for (let i = 0; i < MEMBERS; i++) {
    const hex = (i * 2_654_435_761).toString(16).padStart(12, '0').slice(-12);
    join(fleet, `checkout-7d4b9c6f58-${hex.slice(-5)}-${i}`, { uid: `0f8fad5b-d9cb-469f-a165-${hex}` });
  }
  pass(fleet);
  fleet.now += 1000;
  return fleet;
}

function answerAll(fleet: FakeFleet, answer: (fleet: FakeFleet, member: Member) => void): void {
  fleet.now += 1000;
  for (const member of askedMembers(fleet)) answer(fleet, member);
}

/** The open wave's bake is over, and the next one open, with nobody asked yet. */
function baked(fleet: FakeFleet): void {
  const wave = fleet.progress?.wave ?? 0;
  for (let tries = 0; fleet.progress?.wave === wave; tries++) {
    if (tries === 5) throw new Error(`wave ${wave + 1} does not end: ${fleet.progress.because}`);
    fleet.now += 30_000;
    fleet.progress = plan(situationOf(fleet)).progress;
  }
}
