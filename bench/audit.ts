import { readFileSync } from 'node:fs';
import { OPERATOR_USER } from './operator.ts';

/** One write of the operator's, as the API server noted it down. */
export type Write = {
  readonly verb: 'create' | 'update' | 'patch' | 'delete';
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly status: number;
};

type Entry = {
  readonly stage: string;
  readonly verb: Write['verb'];
  readonly user: { readonly username: string };
  readonly objectRef?: { readonly resource: string; readonly namespace?: string; readonly name?: string; readonly subresource?: string };
  readonly responseStatus?: { readonly code?: number };
};

const LOG = 'dist/bench/audit.log';

/** Every request counts, also one that was refused. A write is in the log before it is answered. */
export function operatorsWrites(): readonly Write[] {
  return readFileSync(LOG, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Entry)
    .filter(({ stage, user }) => stage === 'ResponseComplete' && user.username === OPERATOR_USER)
    .map(({ verb, objectRef, responseStatus }) => ({
      verb,
      resource: objectRef?.resource ?? '',
      namespace: objectRef?.namespace ?? '',
      name: objectRef?.name ?? '',
      status: responseStatus?.code ?? 0,
    }));
}
