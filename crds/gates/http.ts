import { z } from 'zod';
import { durationField } from '../duration.ts';
import { httpPath, port } from '../http.ts';
import { jsonPath } from '../json-path.ts';
import { expression } from '../re2.ts';
import { mapOf } from '../unique.ts';
import { gateName } from './name.ts';

const HttpGate = z.object({
  name: gateName(),
  port: port().describe("The app's port, on the pod's own address."),
  path: httpPath('/health/config'),
  scheme: z
    .enum(['HTTP', 'HTTPS'])
    .default('HTTP')
    .describe("HTTPS: encrypted, but the certificate is not checked, as by a kubelet's probe."),
  jsonPath: jsonPath()
    .optional()
    .describe('Where in the JSON answer the value is, such as $.status. Without it the whole body is the value, trimmed.'),
  matches: expression('matches')
    .optional()
    .describe('What the value must match, anywhere in it, such as ^(ok|warm)$. RE2. Without it an answer of 2xx is enough.'),
  interval: durationField('interval', { from: '1s', upTo: '10m' })
    .default('10s')
    .describe('How often the members are asked. A duration from 1s to 10m.'),
  failures: z.int().min(1).max(10).default(3).describe('So many rounds in a row with a wrong answer fail the rollout.'),
});

export const HttpGates = mapOf('name', z.array(HttpGate).max(8));
