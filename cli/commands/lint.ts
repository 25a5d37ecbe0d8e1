import { offline } from '../command.ts';
import { fileOption, readFiles } from '../files.ts';
import { lint as linted } from '../lint.ts';

export const lint = offline<{ readonly filename: readonly string[] }>(
  {
    usage: 'lint',
    says: 'what the API server would refuse in policies in files, and common mistakes that it would take; no cluster is asked',
    example: 'kubectl reload lint -f policy.yaml -f web.yaml',
    options: [fileOption().makeOptionMandatory()],
    exitCodes: '0 nothing to mend; 1 there is; 2 the files or the command line are wrong.',
  },
  ({ options: { filename } }) => linted(readFiles(filename)),
);
