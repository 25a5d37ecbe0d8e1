import { test } from 'node:test';
import { configMap, FILE } from '../integrations/argo-cd/config-map.ts';
import { isGolden } from './support/golden.ts';

test('argocd-cm.yaml is made of the scripts beside it', () => isGolden(FILE, configMap()));
