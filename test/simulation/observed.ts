import type { Reload } from '../../crds/reload.ts';
import type { ReloadPolicy } from '../../crds/reload-policy.ts';
import type { Pod as KubePod } from '../../operator/kube/pods.ts';
import type { Report } from '../../operator/link/report.ts';
import type { Budget, Measured } from '../../operator/plan/situation.ts';

/** What a pass looked at, taken as it looked. */
export type Observed = {
  readonly policy: ReloadPolicy | null;
  /** Of the selector. */
  readonly selected: readonly KubePod[];
  /** Those that are not on their way out. */
  readonly pods: readonly KubePod[];
  readonly reports: ReadonlyMap<string, Report>;
  readonly reloads: ReadonlyMap<string, Reload>;
  readonly freeze: string | null;
  readonly budgets: readonly Budget[];
  readonly measured: Measured | null;
  /** What the source said; null where that was not known, or there was none: `isGone`. */
  readonly text: string | null;
  readonly isGone: boolean;
  readonly at: number;
};

export function nothingObserved(at: number): Observed {
  return {
    policy: null,
    selected: [],
    pods: [],
    reports: new Map(),
    reloads: new Map(),
    freeze: null,
    budgets: [],
    measured: null,
    text: null,
    isGone: false,
    at,
  };
}
