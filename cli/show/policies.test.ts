import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPolicy, healthy, NOW, rolling } from '../testing/objects.ts';
import { policies } from './policies.ts';

const found = [aPolicy(healthy, 'checkout'), aPolicy(rolling), { ...aPolicy({}, 'new'), status: undefined }];

test('policies stand in a line each: a wave only while one rolls, and a - for what is not known yet', () => {
  assert.equal(
    policies(found, { everywhere: false, wide: false, now: NOW }),
    `
NAME       PHASE         STABLE             CANDIDATE          WAVE   APPLIED   AGE
checkout   Healthy       3f2a9c01d2e4b6a8   -                  -      4/4       3h
web        Progressing   3f2a9c01d2e4b6a8   9c01d2e4b6a83f2a   2/3    1/4       3h
new        -             -                  -                  -      -         3h
`.slice(1),
  );
});

test('of all namespaces, and wide, they say where they are and why', () => {
  assert.equal(
    policies(found.slice(1, 2), { everywhere: true, wide: true, now: NOW }),
    `
NAMESPACE   NAME   PHASE         STABLE             CANDIDATE          WAVE   APPLIED   AGE   BECAUSE
shop        web    Progressing   3f2a9c01d2e4b6a8   9c01d2e4b6a83f2a   2/3    1/4       3h    wave 2 of 3 bakes
`.slice(1),
  );
});

test('what somebody wrote into a reason stays in its line, and steers no terminal', () => {
  const mean = aPolicy({ ...healthy, because: 'all\n\u001b[2Jgone\u202e' });
  assert.match(policies([mean], { everywhere: false, wide: true, now: NOW }), /all \[2Jgone\n$/);
});
