import { kubectl } from './kubectl.ts';
import { until } from './until.ts';

/** No pod is let into a namespace before that has its ServiceAccount, which comes a moment later. */
export async function podsAreLetIn(namespace: string): Promise<void> {
  const isThere = () =>
    kubectl(['-n', namespace, 'get', 'serviceaccount', 'default']).then(
      () => true,
      () => false,
    );
  await until(`${namespace} has its ServiceAccount`, isThere, 60_000);
}
