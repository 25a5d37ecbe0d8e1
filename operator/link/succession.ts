/** A certificate's time, in ms since 1970. */
export type Life = { readonly from: number; readonly until: number };

/** How the change from one CA to the next stands. All of it is in one Secret, so that each step is one write, and a crash is before it or after it. */
export type Succession = {
  readonly signing: Life;
  /** Members are told to trust it already; `since` when it stands in the Secret. */
  readonly next: (Life & { readonly since: number }) | null;
  /** Trusted, and no longer used or not our own. */
  readonly others: readonly Life[];
};

export type Step = 'nothing' | 'make the next' | 'sign with the next' | 'forget the expired';

/** For so long members are told of the next CA before it signs: the kubelet brings them a ConfigMap within two minutes, a live stream at once. */
export const OVERLAP_MS = 10 * 60_000;

/** The step that is due now. `toldSince`: since when this leader has told members to trust what the Secret says; null where it has not yet. */
export function nextStep({ signing, next, others }: Succession, toldSince: number | null, now: number): Step {
  if (next !== null && isOver(signing, now)) return 'sign with the next'; // Whatever members have heard: the old one is of no use to them.
  if (next !== null && toldSince !== null && now - Math.max(next.since, toldSince) >= OVERLAP_MS) return 'sign with the next';
  if (next === null && now >= heirDueAt(signing)) return 'make the next';
  return others.some((life) => isOver(life, now)) ? 'forget the expired' : 'nothing';
}

/** After two thirds of its life, which leaves a third for trouble: of ten years three, of an hour twenty minutes. */
export function heirDueAt({ from, until }: Life): number {
  return from + ((until - from) * 2) / 3;
}

export function isOver({ until }: Life, now: number): boolean {
  return until <= now;
}
