import { Option } from 'commander';
import { offline } from '../command.ts';
import { appended, fileOption, readFiles } from '../files.ts';
import { injectInto } from '../inject.ts';

type Options = {
  readonly filename: readonly string[];
  readonly policy?: readonly string[];
  readonly image: string;
  readonly operator: string;
};

export const inject = offline<Options>(
  {
    usage: 'inject',
    says: "make the webhook's change to pods in files, for those who want it in Git; everything else in them stays, byte for byte",
    example: 'kubectl reload inject -f policy.yaml -f web.yaml > injected.yaml',
    options: [
      fileOption().makeOptionMandatory(),
      new Option('--policy <file>', 'a file with a ReloadPolicy that is in none of the files; repeatable').argParser(appended),
      new Option('--image <ref>', "the sidecar's image").default('localhost/fleet-reload-sidecar:dev'),
      new Option('--operator <host:port>', 'what the sidecar dials').default('fleet-reload.fleet-reload-system.svc:8443'),
    ],
    exitCodes: '0 done; 1 a pod is refused, and nothing is written; 2 the files or the command line are wrong.',
  },
  ({ options: { filename, policy = [], image, operator } }) => injectInto(readFiles(filename), readFiles(policy), { image, operator }),
);
