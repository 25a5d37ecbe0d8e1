import { z } from 'zod';
import { durationField } from './duration.ts';
import { matches, ruled } from './rule.ts';

/** Of what characters and how many fields; whether they name a time, the operator finds out. */
const CRON = /^[-0-9A-Za-z*/,#?]+( +[-0-9A-Za-z*/,#?]+){4}$/;
const TIME_ZONE = /^[A-Za-z0-9_+-]+(\/[A-Za-z0-9_+-]+)*$/;

const Window = z.object({
  cron: ruled(
    z.string().min(1).max(128),
    matches(CRON, 'cron must be five fields: minute, hour, day of the month, month, day of the week, such as 0 2 * * 1-5'),
  ).describe("When it opens: minute, hour, day of the month, month, day of the week. 0 2 * * 1-5 is 2 o'clock from Monday to Friday."),
  duration: durationField('duration', { from: '1m', upTo: '168h' }).describe('For how long it stays open. A duration from 1m to 168h.'),
  timeZone: ruled(z.string().min(1).max(64), matches(TIME_ZONE, 'timeZone must be the name of a time zone such as Europe/Berlin'))
    .default('UTC')
    .describe('The time zone of cron, by its IANA name such as Europe/Berlin. It keeps summer time.'),
});

export const Windows = z.array(Window).min(1).max(16);
