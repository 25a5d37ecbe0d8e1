import type { Operator } from '../../operators.ts';

/** Two replicas that are Ready, in the namespace system. */
export function anOperator(its: Partial<Operator> = {}): Operator {
  return {
    namespace: 'system',
    name: 'my-fleet-reload',
    version: '0.1.0',
    image: 'operator:1',
    sidecarImage: 'sidecar:1',
    lease: 'my-fleet-reload',
    webhook: 'my-fleet-reload',
    namespaces: null,
    secretsIn: null,
    ready: 2,
    replicas: 2,
    ...its,
  };
}
