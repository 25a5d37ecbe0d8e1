import { KubeError } from '../operator/kube/errors.ts';

/** What went wrong, in one sentence: the API server's own words without the request that they answer. */
export function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (!(error instanceof KubeError)) return error.message;
  if (error.reason === 'UnknownKind')
    return 'the API server does not know the kinds of Fleet Reload: install its CRDs, or choose another --context';
  if (error.status === null) return `the API server does not answer: ${error.message.replace(/^.*?: (no answer: )?/, '')}`;
  return error.message.replace(/^[A-Z]+ \S+: \d+ \w+: /, '');
}
