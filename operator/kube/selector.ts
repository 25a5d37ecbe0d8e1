type Labels = Readonly<Record<string, string>>;

/** A LabelSelector as the API server has it; all of it must hold. */
export type Selector = {
  readonly matchLabels?: Labels | undefined;
  readonly matchExpressions?:
    | readonly {
        readonly key: string;
        readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
        readonly values?: readonly string[] | undefined;
      }[]
    | undefined;
};

export function matches({ matchLabels, matchExpressions = [] }: Selector, labels: Labels): boolean {
  // Asked of every pod and policy of a namespace: nothing is made to find out.
  for (const key in matchLabels) if (labels[key] !== matchLabels[key]) return false;
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    switch (operator) {
      case 'In':
        return value !== undefined && values.includes(value);
      // As in Kubernetes: a pod without the label is not in the list either.
      case 'NotIn':
        return value === undefined || !values.includes(value);
      case 'Exists':
        return value !== undefined;
      case 'DoesNotExist':
        return value === undefined;
    }
  });
}
