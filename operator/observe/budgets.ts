import { covers, type DisruptionBudget } from '../kube/budgets.ts';
import type { Pod } from '../kube/pods.ts';
import type { Budget } from '../plan/situation.ts';

/** Those of the namespace that cover a member of the fleet. */
export function budgetsOver(fleet: readonly Pod[], budgets: readonly DisruptionBudget[]): readonly Budget[] {
  return budgets.flatMap((budget) => {
    const uids = new Set(fleet.filter((pod) => covers(budget, pod.labels)).map(({ uid }) => uid));
    return uids.size === 0 ? [] : [{ name: budget.name, left: budget.left, uids }];
  });
}
