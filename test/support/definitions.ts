import { kubectl } from './kubectl.ts';

const FILES = ['reloadpolicies', 'reloads'].flatMap((plural) => ['-f', `${import.meta.dirname}/../../crds/fleetreload.dev_${plural}.yaml`]);

/** The kinds of our API, for tests of it alone. The operator's release brings them itself. */
export async function applyDefinitions(): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', ...FILES]);
  await kubectl(['wait', '--for=condition=Established', '--timeout=30s', ...FILES]);
}
