import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { ReloadPolicy } from '../../../crds/reload-policy.ts';
import { inject, type Injection, type Pod } from '../inject.ts';

/** A pod and the policy that may select it, as golden/NAME.yaml has them, and what becomes of it. */
export type Shape = {
  readonly name: string;
  /** What the shape is there for. */
  readonly why: string;
  readonly policy: ReloadPolicy;
  readonly pod: Pod;
  readonly answer: Injection;
};

export const OPTIONS = { image: 'localhost/fleet-reload-sidecar:dev', operator: 'fleet-reload.fleet-reload-system.svc:8443' };

const FOLDER = new URL('../golden/', import.meta.url);
const ANSWER = '---\n';

/** All of them, in the order of their names. With UPDATE=1 the answers are first written anew: read the diff before you commit it. */
export function shapes(): readonly Shape[] {
  return readdirSync(FOLDER)
    .toSorted()
    .map((file) => {
      if (process.env.UPDATE) rewrite(new URL(file, FOLDER));
      const [given = '', answer = ''] = readFileSync(new URL(file, FOLDER), 'utf8').split(ANSWER);
      return { name: file.replace('.yaml', ''), why: given.slice(2, given.indexOf('\n')), ...givenIn(given), answer: parse(answer) };
    });
}

function rewrite(file: URL): void {
  const [given = ''] = readFileSync(file, 'utf8').split(ANSWER);
  const { pod, policy } = givenIn(given);
  writeFileSync(file, `${given}${ANSWER}${stringify(inject(pod, [policy], OPTIONS), { lineWidth: 0 })}`);
}

function givenIn(text: string): { readonly policy: ReloadPolicy; readonly pod: Pod } {
  const { policy, pod } = parse(text);
  return { policy: aPolicy(policy), pod };
}

/** It selects `app: web`. */
export function aPolicy(spec: object, metadata: object = {}): ReloadPolicy {
  return ReloadPolicy.parse({
    apiVersion: 'fleetreload.dev/v1alpha1',
    kind: 'ReloadPolicy',
    metadata: { name: 'web', namespace: 'shop', uid: 'web', resourceVersion: '1', ...metadata },
    spec: { targets: { selector: { matchLabels: { app: 'web' } } }, ...spec },
  });
}
