import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowOf } from './windows.ts';

const BERLIN = 'Europe/Berlin';
const night = { cron: '0 2 * * *', duration: '3h', timeZone: BERLIN };
const utc = (cron: string, duration: string) => ({ cron, duration, timeZone: 'UTC' });

/** `open until TIME`, `closed until TIME`, or `… for ever`; to the minute, UTC. */
function at(now: string, ...windows: Parameters<typeof windowOf>[0] & {}): string {
  const answer = windowOf(windows, Date.parse(now));
  if (answer.kind === 'mistake') return answer.because;
  const { open, changesAt } = answer.window;
  const until = changesAt === null ? 'for ever' : `until ${new Date(changesAt).toISOString().replace(':00.000Z', '')}`;
  return `${open ? 'open' : 'closed'} ${until}`;
}

const cases: [now: string, windows: Parameters<typeof windowOf>[0] & {}, answer: string, why: string][] = [
  ['2026-01-15T12:00:00Z', [], 'open for ever', 'no windows bind nothing'],
  ['2026-01-15T12:00:00Z', [night], 'closed until 2026-01-16T01:00', 'in winter, 2 in Berlin is 1 UTC'],
  ['2026-07-15T12:00:00Z', [night], 'closed until 2026-07-16T00:00', 'in summer it is 0 UTC'],
  ['2026-01-15T00:59:59.999Z', [night], 'closed until 2026-01-15T01:00', 'a millisecond before it opens'],
  ['2026-01-15T01:00:00Z', [night], 'open until 2026-01-15T04:00', 'the moment it opens it is open'],
  ['2026-01-15T03:59:59.999Z', [night], 'open until 2026-01-15T04:00', 'to its last millisecond'],
  ['2026-01-15T04:00:00Z', [night], 'closed until 2026-01-16T01:00', 'the moment it closes it is closed'],
  ['2026-03-28T12:00:00Z', [night], 'closed until 2026-03-29T01:00', 'the clocks skip 2 to 3: it opens at 3, which is 1 UTC'],
  ['2026-03-29T02:00:00Z', [night], 'open until 2026-03-29T04:00', 'and stays for its three hours'],
  ['2026-03-29T12:00:00Z', [night], 'closed until 2026-03-30T00:00', 'the day after, it is summer'],
  ['2026-10-24T12:00:00Z', [night], 'closed until 2026-10-25T00:00', '2 comes twice: it opens at the first'],
  ['2026-10-25T01:00:00Z', [night], 'open until 2026-10-25T03:00', 'the second 2 opens no other one'],
  ['2026-10-25T03:00:00Z', [night], 'closed until 2026-10-26T01:00', 'three hours later it is 4 in winter, and it closes'],
  ['2026-03-28T12:00:00Z', [{ ...night, cron: '30 2,4 * * *', duration: '1h' }], 'closed until 2026-03-29T01:00', 'so does one of a list'],
  ['2026-01-15T23:30:00Z', [utc('0 22 * * *', '4h')], 'open until 2026-01-16T02:00', 'over midnight'],
  ['2026-01-16T01:30:00Z', [utc('0 22 * * *', '4h')], 'open until 2026-01-16T02:00', 'also after midnight'],
  ['2026-01-17T01:00:00Z', [utc('0 22 * * 5', '4h')], 'open until 2026-01-17T02:00', "Friday's one lasts into Saturday"],
  ['2026-01-15T02:30:00Z', [utc('0 2 * * *', '2h'), utc('0 3 * * *', '3h')], 'open until 2026-01-15T06:00', 'overlapping ones are one'],
  ['2026-01-15T02:30:00Z', [utc('0 4 * * *', '1h'), utc('0 2 * * *', '2h')], 'open until 2026-01-15T05:00', 'ones that meet are one'],
  ['2026-01-15T02:30:00Z', [utc('0 2 * * *', '4h'), utc('0 3 * * *', '1h')], 'open until 2026-01-15T06:00', 'one within another'],
  ['2026-01-15T12:00:00Z', [utc('0 2 * * *', '1h'), utc('0 18 * * *', '1h')], 'closed until 2026-01-15T18:00', 'the next of them'],
  ['2026-01-15T12:00:00Z', [utc('0 0 * * 1-5', '24h')], 'open until 2026-01-17T00:00', 'working days meet, and end with the week'],
  ['2026-01-15T12:00:00Z', [utc('0 0 31 2 *', '1h')], 'closed for ever', 'a day that never comes'],
  ['2026-01-15T12:00:00Z', [utc('0 0 31 2 *', '1h'), utc('0 18 * * *', '1h')], 'closed until 2026-01-15T18:00', 'beside one that does'],
];

for (const [now, windows, answer, why] of cases) {
  test(`at ${now} ${windows.map(({ cron, duration }) => `"${cron}" for ${duration}`).join(' and ')}: ${why}`, () =>
    assert.equal(at(now, ...windows), answer));
}

test('one that never closes is open, and looked at again before long', () => {
  assert.equal(at('2026-01-15T12:00:00Z', utc('* * * * *', '1m')), 'open until 2026-01-15T13:40');
});

test('what is not understood is named by its field, and nothing throws', () => {
  const now = '2026-01-15T12:00:00Z';
  assert.equal(at(now, utc('61 2 * * *', '1h')), 'spec.windows[0].cron "61 2 * * *" is not understood: Invalid value for minute: 61');
  assert.match(at(now, night, utc('0 2 * * 8', '1h')), /^spec\.windows\[1\]\.cron "0 2 \* \* 8" is not understood/);
  assert.match(at(now, { ...night, timeZone: 'Mars/Phobos' }), /^spec\.windows\[0\]\.timeZone "Mars\/Phobos" is not understood/);
});
