import { Cron } from 'croner';
import { millis } from '../../crds/duration.ts';
import type { ReloadPolicySpec } from '../../crds/reload-policy.ts';
import type { Millis, Window } from '../plan/situation.ts';

type Spec = NonNullable<ReloadPolicySpec['windows']>[number];

/** One that opens again and again, and for how long. */
type Opening = { readonly cron: Cron; readonly lastsMs: Millis };

/** Openings that are joined into one stretch before it is taken as it stands: `* * * * *` for 1m never closes. */
const MOST_JOINED = 100;

/** `mistake`: a cron or a zone that means nothing, in words for the user; the API server cannot tell. */
export type Windows = { readonly kind: 'window'; readonly window: Window } | { readonly kind: 'mistake'; readonly because: string };

/** Whether rollouts may go forward now, and when that changes; without windows they always may. */
export function windowOf(specs: readonly Spec[] = [], now: Millis): Windows {
  if (specs.length === 0) return { kind: 'window', window: { open: true, changesAt: null } };
  const openings = specs.map(openingOf);
  const mistake = openings.find((it) => typeof it === 'string');
  if (mistake !== undefined) return { kind: 'mistake', because: mistake };
  return {
    kind: 'window',
    window: among(
      openings.filter((it) => typeof it !== 'string'),
      now,
    ),
  };
}

/** Windows that overlap or meet are one: it closes with the last of them. */
function among(openings: readonly Opening[], now: Millis): Window {
  let until = now;
  for (let joined = 0; joined < MOST_JOINED; joined++) {
    const further = Math.max(...openings.map((opening) => closingOf(opening, until)));
    if (further <= until) break;
    until = further;
  }
  if (until > now) return { open: true, changesAt: until };
  const next = openings.flatMap(({ cron }) => cron.nextRun(new Date(now))?.getTime() ?? []);
  return { open: false, changesAt: next.length === 0 ? null : Math.min(...next) };
}

/** When the one that opened last, by then, closes. */
function closingOf({ cron, lastsMs }: Opening, by: Millis): Millis {
  // What opens at that very moment is open. Croner looks before a moment, in whole seconds.
  const [opened] = cron.previousRuns(1, new Date(Math.floor(by / 1000) * 1000 + 1000));
  return opened === undefined ? Number.NEGATIVE_INFINITY : opened.getTime() + lastsMs;
}

/** A sentence where it is not understood. */
function openingOf({ cron: text, duration, timeZone }: Spec, index: number): Opening | string {
  const at = `spec.windows[${index}]`;
  if (!isZone(timeZone)) return `${at}.timeZone "${timeZone}" is not understood: it is no time zone such as Europe/Berlin`;
  try {
    // As in Vixie's cron: a time that the clocks skip opens when they have skipped it, and one that comes twice opens at its first.
    const cron = new Cron(text, { timezone: timeZone, mode: '5-part', fixedTimeRule: 'no-wildcard', paused: true });
    return { cron, lastsMs: millis(duration) };
  } catch (error) {
    return `${at}.cron "${text}" is not understood: ${error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error)}`;
  }
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
