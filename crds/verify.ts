import { z } from 'zod';
import { httpPath, port } from './http.ts';
import { jsonPath } from './json-path.ts';
import { dataKey, objectName } from './names.ts';
import { ruled } from './rule.ts';

const Equals = ruled(
  z.object({
    source: objectName('source').optional().describe('The name of one of spec.sources. Together with key.'),
    key: dataKey('key')
      .optional()
      .describe('A key of that source: the answer must equal the content of that file, both trimmed. Together with source.'),
    revision: z
      .enum(['Name'])
      .optional()
      .describe("The answer must equal the revision's name, as the app finds it in the file ..revision beside the data."),
  }),
  {
    cel: 'has(self.revision) ? !has(self.source) && !has(self.key) : has(self.source) && has(self.key)',
    message: 'equals must be either source with key, or revision',
    holds: ({ source, key, revision }) =>
      revision === undefined ? source !== undefined && key !== undefined : source === undefined && key === undefined,
  },
);

const VerifyHttp = z.object({
  port: port(),
  path: httpPath('/version'),
  jsonPath: jsonPath()
    .optional()
    .describe('Where in the JSON answer the value is, such as $.version. Without it the whole body is compared, trimmed.'),
  equals: Equals.describe('What the answer must equal: the content of a file of the revision, or its name.'),
});

export const Verify = ruled(
  z.object({
    workers: z
      .enum(['Renewed'])
      .optional()
      .describe('A master with workers, such as nginx or haproxy, shows new workers after the signal. Only with handle.signal.'),
    http: VerifyHttp.optional().describe('The app says over HTTP what it runs. Asked until it is equal or the timeout is over.'),
  }),
  {
    cel: 'has(self.workers) != has(self.http)',
    message: 'verify must be exactly one of workers, http',
    holds: ({ workers, http }) => (workers === undefined) !== (http === undefined),
  },
);
