import { GROUP, type Kind, VERSION } from './kind.ts';
import { structural } from './structural.ts';

/** The CustomResourceDefinition of a kind. */
export function definition({ kind, plural, singular, shortName, description, nameMax, rules, spec, status, columns }: Kind) {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      scope: 'Namespaced',
      names: { kind, listKind: `${kind}List`, plural, singular, shortNames: [shortName] },
      versions: [
        {
          name: VERSION,
          served: true,
          storage: true,
          subresources: { status: {} },
          additionalPrinterColumns: columns,
          schema: {
            openAPIV3Schema: {
              description,
              type: 'object',
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object', ...(nameMax ? { properties: { name: { type: 'string', maxLength: nameMax } } } : {}) },
                spec: structural(spec, 'spec'),
                status: structural(status, 'status'),
              },
              ...(rules.length > 0 && {
                'x-kubernetes-validations': rules.map(({ cel, message, fieldPath }) => ({ rule: cel, message, fieldPath })),
              }),
            },
          },
        },
      ],
    },
  };
}
