import { z } from 'zod';
import { LABEL_KEY, LABEL_KEY_MAX, labelKey, labelValue } from './label.ts';
import { celText, type Rule, ruled } from './rule.ts';
import { setOf } from './unique.ts';

const MOST_LABELS = 16;

const MatchLabels = ruled(z.record(z.string(), labelValue('matchLabels')).meta({ maxProperties: MOST_LABELS }), {
  cel: `self.all(key, key.size() <= ${LABEL_KEY_MAX} && key.matches(${celText(LABEL_KEY)}))`,
  message: "matchLabels: a key must be a label's key such as app or example.com/app",
  holds: (labels) => Object.keys(labels).every((key) => key.length <= LABEL_KEY_MAX && LABEL_KEY.test(key)),
}).refine((labels) => Object.keys(labels).length <= MOST_LABELS, `matchLabels must have at most ${MOST_LABELS} labels`);

type Expression = z.output<typeof Expression>;
const Expression = z.object({
  key: labelKey('key', 'app or example.com/app').describe("The label's key, such as app."),
  operator: z.enum(['In', 'NotIn', 'Exists', 'DoesNotExist']).describe('How the label stands to values.'),
  values: setOf(z.array(labelValue('values')).max(64))
    .optional()
    .describe('For In and NotIn at least one; for Exists and DoesNotExist none.'),
});

const valuesFit: Rule<Expression> = {
  cel: "(self.operator in ['In', 'NotIn']) == (has(self.values) && size(self.values) > 0)",
  message: 'values: In and NotIn need at least one, Exists and DoesNotExist none',
  holds: ({ operator, values = [] }) => (operator === 'In' || operator === 'NotIn') === values.length > 0,
};

/** Which pods of the policy's namespace. One that would select all of them by being empty is refused. */
export const Selector = ruled(
  z.object({
    matchLabels: MatchLabels.optional().describe('Labels that a member must have, such as {app: checkout}.'),
    matchExpressions: z
      .array(ruled(Expression, valuesFit))
      .max(16)
      .optional()
      .describe('Conditions on labels that a member must meet, besides matchLabels.'),
  }),
  {
    cel: '(has(self.matchLabels) && size(self.matchLabels) > 0) || (has(self.matchExpressions) && size(self.matchExpressions) > 0)',
    message: 'selector must not be empty: name the labels of the pods',
    holds: ({ matchLabels = {}, matchExpressions = [] }) => Object.keys(matchLabels).length + matchExpressions.length > 0,
  },
);
