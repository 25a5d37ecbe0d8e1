import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aFleet, aPolicy, apply, askedMembers, pass } from '../support/fake-fleet.ts';

// A story of 600 members is none that anybody would read.
const policy = aPolicy({
  waves: [
    { upTo: 300, bakeMs: 10_000, approval: false, spread: null },
    { upTo: '100%', bakeMs: 0, approval: false, spread: null },
  ],
  gates: [{ kind: 'http', name: 'health', failures: 1 }],
});

for (const [asked, kind, why] of [
  [255, 'wait', 'too few'],
  [256, 'pass', 'enough'],
  [300, 'pass', 'all of them'],
] as const) {
  test(`of a wave of 300, ${asked} are asked for their health: ${why}`, () => {
    const fleet = aFleet(600, policy);
    pass(fleet);
    fleet.source = { kind: 'present', revision: 'r2' };
    pass(fleet);
    for (const member of askedMembers(fleet)) apply(fleet, member);
    const { measure, progress } = pass(fleet);
    assert.ok(measure);
    const answers = { kind: 'answers', at: fleet.now, asked: measure.canary.slice(0, asked), wrong: [] } as const;
    fleet.measured = { rollout: 1, wave: 0, since: progress.bakeStartedAt ?? 0, measurements: new Map([['health', [answers]]]) };
    assert.equal(pass(fleet).gates[0]?.kind, kind);
  });
}
