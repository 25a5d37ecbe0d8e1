import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assigned, fleetOfOne, type FleetOfOne } from './test/fleet-of-one.ts';

type Happening = (fleet: FleetOfOne) => void;

const contents = ['r1', 'r2', 'r3', 'bad', 'deadly'] as const;
const behaviour = (content: string) => (content === 'bad' ? 'keeps' : content === 'deadly' ? 'gone' : 'takes');

const assign = fc
  .record({ content: fc.constantFrom(...contents), attempt: fc.constantFrom('1.1', '1.2', '1.r1') })
  .map(({ content, attempt }): [string, Happening] => [
    `assign ${content} ${attempt}`,
    (fleet) => fleet.post(assigned(content, attempt, fleet.handle)),
  ]);
const named = (name: string, happening: Happening): fc.Arbitrary<[string, Happening]> => fc.constant([name, happening]);

const happening = fc.oneof(
  { arbitrary: assign, weight: 4 },
  { arbitrary: named('finish', (fleet) => fleet.finish()), weight: 10 },
  { arbitrary: named('fail', (fleet) => fleet.finish({ kind: 'failed', because: 'no', told: fleet.pending() === 'verify' })), weight: 1 },
  { arbitrary: named('finish, unwritten', (fleet) => fleet.finishUnwritten()), weight: 1 },
  { arbitrary: named('crash before', (fleet) => fleet.crash('before')), weight: 1 },
  { arbitrary: named('crash after', (fleet) => fleet.crash('after')), weight: 1 },
  { arbitrary: named('link lost', (fleet) => fleet.post({ kind: 'linkLost' })), weight: 1 },
  { arbitrary: named('startup probe', (fleet) => fleet.start()), weight: 2 },
  { arbitrary: named('app restarts', (fleet) => fleet.restartApp()), weight: 1 },
  { arbitrary: named('bootstrap', (fleet) => fleet.bootstrap('r1')), weight: 1 },
);

for (const [app, watches] of [
  ['is told by its handle', false],
  ['watches its files', true],
] as const)
  test(`whatever happens in whatever order, of an app that ${app} an attempt has one effect at most, Applied is true, and the pod ends on the assigned or the last good`, () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120, size: 'max' }), (happenings) => {
        const fleet = fleetOfOne(behaviour, watches);
        for (const [, happen] of happenings) {
          const before = fleet.acks.length;
          happen(fleet);
          isTrue(fleet, before);
        }
        const before = fleet.acks.length;
        fleet.settle();
        isTrue(fleet, before);
        assert.equal(fleet.pending(), null);
        assert.equal(fleet.journal().try, null);
        const { good } = fleet.journal();
        if (good !== null && !fleet.isStuck()) assert.equal(fleet.inPlace(), good.content, 'the files are the last good');
      }),
      { numRuns: 3000 },
    );
  });

function isTrue(fleet: FleetOfOne, from: number): void {
  // The way back of a refusal is one of its own: `r1 after bad 1.1`.
  assert.equal(new Set(fleet.fires).size, fleet.fires.length, `fired twice: ${fleet.fires.join()}`);
  for (const { outcome, content, running, runningThen } of fleet.acks.slice(from)) {
    if (outcome.kind === 'refused') continue;
    assert.equal(running, content);
    // The app runs what is said; it may be down, and then starts on these files.
    if (runningThen !== null) assert.equal(runningThen, content, `acked ${outcome.proof}, but the app runs ${runningThen}`);
  }
}
