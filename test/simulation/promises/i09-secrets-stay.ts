import { SECRET } from '../content.ts';
import type { Hooks } from './hooks.ts';
import type { Judge } from './judge.ts';

const DIGEST = /[0-9a-f]{64}/;

/**
 * I9: secret bytes, and digests by which they could be guessed, are in no log, event and status. Here: what the operator says, of whatever is kept as a
 * revision. What a sidecar says is proved in sidecar/redact.test.ts, and that argv, environment and core dumps have none of it, by how it is started.
 */
export function secretsStay({ broken }: Judge): Partial<Hooks> {
  return {
    speaks: (_, words, where) => {
      if (where === 'configmaps') return;
      const text = JSON.stringify(words);
      if (text.includes(SECRET) || DIGEST.test(text)) broken('what sources say is in no log, event or status (I9)', `${where}: ${text}`);
    },
  };
}
