import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SEES_ALL, type Sees } from '../rights.ts';
import { aPolicy } from '../reloads/testing/a-reload.ts';
import { lackingOf } from './lacking.ts';

const BY_SECRET = { sources: [{ configMap: { name: 'web', optional: false } }, { secret: { name: 'tls', optional: true } }] };
const noSecrets = { ...SEES_ALL, secrets: (namespace: string) => namespace === 'elsewhere' };
const noNodes = { ...SEES_ALL, nodes: false };
const over = (spread: string) => ({ waves: [{ upTo: 1 }, { upTo: '100%', spread }] });

const cases: readonly (readonly [why: string, spec: object, sees: Sees, says: RegExp | null])[] = [
  ['who sees all lacks nothing', { ...BY_SECRET, ...over('topology.kubernetes.io/zone') }, SEES_ALL, null],
  ['a policy of ConfigMaps needs no Secrets', {}, noSecrets, null],
  [
    'a Secret that is optional is none to pass over either',
    BY_SECRET,
    noSecrets,
    /no right to Secrets in shop, such as the source tls: .*value secrets$/,
  ],
  [
    'a wave over zones needs Nodes',
    over('topology.kubernetes.io/zone'),
    noNodes,
    /no right to Nodes.*topology\.kubernetes\.io\/zone.*kubernetes\.io\/hostname$/,
  ],
  ['on which node a pod is, the pod says', over('kubernetes.io/hostname'), noNodes, null],
  ['a wave that is not spread needs no Nodes', {}, noNodes, null],
];

for (const [why, spec, sees, says] of cases)
  test(why, () => {
    const { metadata, spec: plain } = aPolicy({});
    const because = lackingOf({ metadata, spec: { ...plain, waves: [{ upTo: '100%' }], ...spec } as unknown as typeof plain }, sees);
    if (says === null) assert.equal(because, null);
    else assert.match(because ?? '', says);
  });
