import { onCluster } from '../command.ts';
import { annotateFreeze } from '../freeze.ts';
import { done } from '../outcome.ts';
import { reasonOption, type WithReason } from '../reason.ts';

export const freeze = onCluster<WithReason>(
  {
    usage: 'freeze <namespace>',
    says: "let nothing go forward in a namespace, or in the whole cluster by the operator's own; going back stays possible",
    example: "kubectl reload freeze shop --reason 'the audit is on'",
    options: [reasonOption()],
  },
  async ({ cluster, args: [namespace = ''], options: { reason = '' } }) => {
    const before = await annotateFreeze(cluster, namespace, reason);
    return done(`${namespace} is frozen${before === undefined ? '' : `; it was already: ${before || 'no reason given'}`}`);
  },
);
