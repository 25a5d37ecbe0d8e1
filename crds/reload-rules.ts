import type { ObjectRule } from './kind.ts';
import type { Rule } from './rule.ts';

const RECORD = ['policy', 'revision', 'rollout', 'from', 'fromSources', 'sources', 'changedBy', 'because', 'by'];
const VERBS = ['abort', 'pause', 'promote', 'approve', 'retry'] as const;

type Spec = { readonly rollout?: number | undefined } & Partial<Record<(typeof VERBS)[number], unknown>>;

const isRecord = RECORD.map(
  (field): Rule<Spec> => ({
    cel: isSame(field),
    message: `spec.${field} is a record and does not change: make a new Reload`,
    // The old one is not at hand here: this is the API server's to check.
    holds: () => true,
  }),
);

const verbsGoToRollouts: Rule<Spec> = {
  cel: `has(self.rollout) || (${VERBS.map((verb) => `!has(self.${verb})`).join(' && ')})`,
  message: 'abort, pause, promote, approve and retry are said to the Reload of a rollout, <policy>-<n>, and not to a wish',
  holds: (spec) => spec.rollout !== undefined || VERBS.every((verb) => spec[verb] === undefined),
};

/** On `spec`. */
export const SPEC_RULES: readonly Rule<Spec>[] = [...isRecord, verbsGoToRollouts];

const BEGINS = "self.metadata.name.startsWith(self.spec.policy + '-')";
const REST = 'self.metadata.name.substring(self.spec.policy.size() + 1)';

/** On the whole object: the API server's to check. */
export const RELOAD_RULES: readonly ObjectRule[] = [
  {
    cel: `!has(self.spec.rollout) || (${BEGINS} && ${REST}.matches('^[1-9][0-9]{0,8}$') && int(${REST}) == self.spec.rollout)`,
    message: "a Reload with spec.rollout is the operator's, and its name is <policy>-<rollout>",
    fieldPath: '.metadata.name',
  },
  {
    cel: `has(self.spec.rollout) || !${BEGINS} || !${REST}.matches('^[0-9]+$')`,
    message: "<policy>-<n> are the operator's names: use generateName, such as web-undo-",
    fieldPath: '.metadata.name',
  },
  {
    cel: `!has(oldSelf.status) || !has(oldSelf.status.outcome) || (${['abort', 'pause', 'promote', 'approve'].map((verb) => isSame(`spec.${verb}`)).join(' && ')})`,
    message: 'the rollout has ended: of it only retry can still be said',
    fieldPath: '.spec',
  },
];

/** CEL's `==` asks for both to be there. The cost of an optional (`self.?by`) is not known to the API server, so that it refuses those. */
function isSame(path: string): string {
  return `(has(self.${path}) ? has(oldSelf.${path}) && self.${path} == oldSelf.${path} : !has(oldSelf.${path}))`;
}
