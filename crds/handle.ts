import { z } from 'zod';
import { durationField } from './duration.ts';
import { httpPath, port } from './http.ts';
import { containerName } from './names.ts';
import { matches, ruled } from './rule.ts';
import { mapOf } from './unique.ts';
import { Verify } from './verify.ts';

const Signal = z.object({
  signal: z.enum(['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH']).default('SIGHUP').describe('The signal that the app reloads on.'),
  container: containerName('container')
    .optional()
    .describe('The container that the process runs in, such as nginx. Without it, the process is found by its name alone.'),
  process: z
    .string()
    .min(1)
    .max(15)
    .describe(
      'The name of the process, such as nginx: the oldest one of that name whose parent has another name. At most 15 bytes, as the kernel keeps it in /proc/PID/comm.',
    ),
});

const Header = z.object({
  name: ruled(
    z.string().min(1).max(128),
    matches(/^[-A-Za-z0-9!#$%&'*+.^_`|~]+$/, "name must be a header's name such as X-Reload"),
  ).describe("The header's name."),
  value: ruled(z.string().max(1024), matches(/^[\x20-\x7e]*$/, "value must be a header's value: printable ASCII on one line")).describe(
    "The header's value. Not for secrets: everybody who reads the policy reads it.",
  ),
});

const Http = z.object({
  port: port(),
  path: httpPath('/-/reload'),
  method: z.enum(['POST', 'PUT', 'GET']).default('POST').describe('The method of the request.'),
  headers: mapOf('name', z.array(Header).max(16)).optional().describe('Headers of the request.'),
});

export const Handle = ruled(
  z.object({
    signal: Signal.optional().describe('The app reloads on a signal. The pod needs shareProcessNamespace: true.'),
    http: Http.optional().describe("The app reloads on an HTTP request, sent on the pod's own loopback. Any answer but 2xx is a refusal."),
    fileWatch: z
      .object({})
      .optional()
      .describe('The app watches its files itself: nothing is fired, and verify.http, which is required then, tells whether it took them.'),
    verify: Verify.optional().describe(
      'How the app proves that it runs the revision. Without it an ack says Delivered, never Confirmed. Required with fileWatch.',
    ),
    timeout: durationField('timeout', { from: '1s', upTo: '10m' })
      .default('20s')
      .describe('For one try of one member, fire (or swap, with fileWatch) and verify together. A duration from 1s to 10m.'),
    retries: z.int().min(0).max(10).default(1).describe('Tries of one member after the first.'),
  }),
  {
    cel: '[has(self.signal), has(self.http), has(self.fileWatch)].filter(given, given).size() == 1',
    message: 'handle must be exactly one of signal, http, fileWatch',
    holds: ({ signal, http, fileWatch }) => [signal, http, fileWatch].filter((given) => given !== undefined).length === 1,
  },
  {
    cel: '!has(self.verify) || !has(self.verify.workers) || has(self.signal)',
    message: 'handle.verify.workers goes with handle.signal only; with handle.http or handle.fileWatch use verify.http',
    holds: ({ signal, verify }) => verify?.workers === undefined || signal !== undefined,
  },
  {
    cel: '!has(self.fileWatch) || has(self.verify)',
    message: 'handle.fileWatch needs handle.verify.http: nothing else could tell whether the app took its files',
    holds: ({ fileWatch, verify }) => fileWatch === undefined || verify !== undefined,
  },
);
