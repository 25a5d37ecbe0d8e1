import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../kube/pods.ts';
import { budgetsOver } from './budgets.ts';

const pod = (uid: string, app: string) => ({ uid, labels: { app } }) as unknown as Pod;
const budget = (name: string, app: string, left: number) => ({ name, namespace: 'shop', selector: { matchLabels: { app } }, left });

test('a budget counts with the members that it covers, and one that covers none does not count', () => {
  const fleet = [pod('a', 'web'), pod('b', 'web'), pod('c', 'db')];
  assert.deepEqual(budgetsOver(fleet, [budget('web', 'web', 1), budget('other', 'api', 0)]), [
    { name: 'web', left: 1, uids: new Set(['a', 'b']) },
  ]);
});
