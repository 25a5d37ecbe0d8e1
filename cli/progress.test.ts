import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressOf } from './progress.ts';
import { aPolicy, healthy } from './testing/objects.ts';

const SEEN = new Map([['ConfigMap/web-config', '8']]);
const condition = (type: 'Ready' | 'Reconciling' | 'Stalled', status: 'True' | 'False' = 'True') => ({
  type,
  status,
  reason: 'So',
  message: '',
  lastTransitionTime: '2026-11-02T10:42:00Z',
});
const LONG = 's'.repeat(45);
const cut = (resourceVersion: string) => [{ kind: 'ConfigMap' as const, name: `${LONG}…`, resourceVersion }];
const observed = (resourceVersion: string) => [{ kind: 'ConfigMap' as const, name: 'web-config', resourceVersion }];
const at = (status: object) => aPolicy({ ...healthy, observedGeneration: 1, observedSources: observed('8'), ...status });

for (const [status, versions, kind, because] of [
  [{ conditions: [condition('Ready')] }, SEEN, 'succeeded', 'the whole fleet is on the sources'],
  [{ conditions: [condition('Ready')], observedSources: observed('7') }, SEEN, 'waits', 'what was said of an older edit is not believed'],
  [{ conditions: [condition('Ready')], observedGeneration: 0 }, SEEN, 'waits', 'nor what was said of an older spec'],
  [{ conditions: [condition('Ready')] }, new Map(), 'succeeded', 'a source that may not be read is left to the operator'],
  [{ conditions: [condition('Ready', 'False'), condition('Stalled')] }, SEEN, 'failed', 'a person must look: to wait on helps nobody'],
  [{ conditions: [condition('Ready', 'False'), condition('Reconciling')] }, SEEN, 'waits', 'it is under way'],
  [{}, SEEN, 'waits', 'nobody has said anything yet'],
  [
    { conditions: [condition('Ready')] },
    new Map([...SEEN, ['Secret/web-tls', '9']]),
    'waits',
    'a source that came since, such as an optional one, is an edit that nobody has seen',
  ],
  [
    { conditions: [condition('Ready')], observedSources: [] },
    SEEN,
    'waits',
    'a status without room for its sources does not say which it is of',
  ],
  [
    { conditions: [condition('Ready')], observedSources: [...cut('7'), ...cut('9')] },
    new Map([
      [`ConfigMap/${LONG}-a`, '7'],
      [`ConfigMap/${LONG}-b`, '8'],
    ]),
    'waits',
    'an edit of a source whose name is cut is seen no sooner',
  ],
  [
    { conditions: [condition('Ready')], observedSources: [...cut('7'), ...cut('9')] },
    new Map([
      [`ConfigMap/${LONG}-a`, '7'],
      [`ConfigMap/${LONG}-b`, '9'],
    ]),
    'succeeded',
    'names that are cut to the same beginning are told apart by what was read of them',
  ],
] as const)
  test(`${kind}: ${because}`, () => assert.equal(progressOf(at(status), versions).kind, kind));
