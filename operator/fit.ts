import type { ReloadPolicyStatus } from '../crds/reload-policy-status.ts';

/** 16 KiB, with room for the numbers that grow. */
const MOST_BYTES = 16_000;
/** Of a source's name in observedSources, where not all of it has room. */
const NAME_BYTES = 48;
/** Fields of status that hold words of people, apps and ours, wherever they stand. */
const TEXTS = new Set(['because', 'why', 'failed', 'message', 'approvedBy', 'by', 'reason', 'refused']);
/** Of every text, tried one after another. The shortest holds the words by which the planner knows why a rollout began. */
const TEXT_BYTES = [1024, 768, 512, 384, 256, 192, 128, 96, 64, 48, 32];

/**
 * A status that is not too large for etcd and for a list of a thousand policies, whatever fails and whatever is said. In this order, and only as far as
 * it has to be: `gates` and `offenders` lose their ends (`because` names three of who failed); names in `observedSources` theirs (they stand in the
 * order of spec.sources); the longest texts theirs, all to one length; then go `observedSources`, and the oldest in quarantine. All else
 * stays as it is: phase, conditions, revisions and what they are made of, waves and verbs.
 */
export function fit(status: ReloadPolicyStatus): ReloadPolicyStatus {
  return [shortenLists, shortenNames, shortenTexts, forgetSources, forgetQuarantined].reduce(
    (fitting, shorten) => (isTooLarge(fitting) ? shorten(fitting) : fitting),
    status,
  );
}

/** As the API server writes it, which escapes what HTML could take for its own. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, '\\u0000'));
}

function isTooLarge(status: ReloadPolicyStatus): boolean {
  return bytesOf(status) > MOST_BYTES;
}

/** The longer one loses its last. */
function shortenLists(status: ReloadPolicyStatus): ReloadPolicyStatus {
  const { gates = [], offenders = [] } = status;
  if (gates.length + offenders.length === 0) return status;
  const shorter =
    gates.length > offenders.length ? { ...status, gates: gates.slice(0, -1) } : { ...status, offenders: offenders.slice(0, -1) };
  return isTooLarge(shorter) ? shortenLists(shorter) : shorter;
}

function shortenNames(status: ReloadPolicyStatus): ReloadPolicyStatus {
  return { ...status, observedSources: (status.observedSources ?? []).map((it) => ({ ...it, name: beginning(it.name, NAME_BYTES) })) };
}

function shortenTexts(status: ReloadPolicyStatus): ReloadPolicyStatus {
  return TEXT_BYTES.reduce((fitting, bytes) => (isTooLarge(fitting) ? withTexts(fitting, bytes) : fitting), status);
}

function withTexts(status: ReloadPolicyStatus, bytes: number): ReloadPolicyStatus {
  const short = (key: string, value: unknown) => (TEXTS.has(key) && typeof value === 'string' ? beginning(value, bytes) : value);
  return JSON.parse(JSON.stringify(status), short) as ReloadPolicyStatus;
}

function forgetSources(status: ReloadPolicyStatus): ReloadPolicyStatus {
  return { ...status, observedSources: [] };
}

function forgetQuarantined(status: ReloadPolicyStatus): ReloadPolicyStatus {
  const { quarantined = [] } = status;
  const fewer = { ...status, quarantined: quarantined.slice(1) };
  return quarantined.length > 0 && isTooLarge(fewer) ? forgetQuarantined(fewer) : fewer;
}

/** As much of the text as fits, with an … at its end. */
function beginning(text: string, most: number): string {
  if (bytesOf(text) - QUOTES <= most) return text;
  let left = most - bytesOf('…') + QUOTES;
  let kept = '';
  for (const char of text) {
    left -= bytesOf(char) - QUOTES;
    if (left < 0) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Of JSON, around a text. */
const QUOTES = 2;
