import { parseArgs } from 'node:util';
import { millis } from '../crds/duration.ts';
import type { Rights } from './rights.ts';

/** Everything that can be set, parsed once. Durations are in ms. */
export type Options = {
  readonly linkPort: number;
  readonly httpPort: number;
  readonly webhookPort: number;
  /** A folder; null where our own CA signs what the webhook is served by. */
  readonly webhookCerts: string | null;
  readonly webhookService: string;
  readonly webhookConfiguration: string;
  readonly sidecarImage: string;
  readonly namespace: string | null;
  readonly rights: Rights;
  readonly podName: string | null;
  readonly service: string;
  readonly lease: string;
  readonly leaseDurationMs: number;
  readonly renewDeadlineMs: number;
  readonly retryPeriodMs: number;
  readonly servingLifeMs: number;
  readonly caLifeMs: number;
  readonly logLevel: string;
  readonly kubeconfig: string | null;
};

/** What the user typed is wrong, or help was asked for: a text to print, and an exit code. */
export type Usage = { readonly text: string; readonly exitCode: number };

type Flag = { readonly flag: string; readonly fallback: string; readonly says: string };

const FLAGS = {
  linkPort: { flag: 'link-port', fallback: '8443', says: 'where sidecars connect (TLS)' },
  httpPort: { flag: 'http-port', fallback: '9090', says: '/healthz, /readyz and /metrics' },
  webhookPort: { flag: 'webhook-port', fallback: '9443', says: 'where the API server asks for injection (TLS)' },
  webhookCerts: {
    flag: 'webhook-certs',
    fallback: '',
    says: 'a folder with tls.crt and tls.key of another CA, which others tell the API server; default: $WEBHOOK_CERTS, or our own CA',
  },
  webhookService: {
    flag: 'webhook-service',
    fallback: 'fleet-reload-webhook',
    says: 'the Service that the API server asks; its names go into the certificate',
  },
  webhookConfiguration: {
    flag: 'webhook-configuration',
    fallback: 'fleet-reload',
    says: 'the MutatingWebhookConfiguration that our CA is told to',
  },
  sidecarImage: {
    flag: 'sidecar-image',
    fallback: '',
    says: 'what is injected; default: $SIDECAR_IMAGE, or localhost/fleet-reload-sidecar:dev',
  },
  namespace: { flag: 'namespace', fallback: '', says: "the operator's own namespace; default: $POD_NAMESPACE, or that of the kubeconfig" },
  namespaces: {
    flag: 'namespaces',
    fallback: '',
    says: 'the namespaces with policies, such as shop,web: it needs Roles in them, and sees no others; default: all',
  },
  secretsIn: {
    flag: 'secrets-in',
    fallback: '*',
    says: 'the namespaces of which policies may name Secrets: some of them, nothing for none, or * for all',
  },
  podName: { flag: 'pod-name', fallback: '', says: 'the own pod, which is labelled while it leads; default: $POD_NAME, or none' },
  service: { flag: 'service', fallback: 'fleet-reload', says: 'the Service that sidecars dial; its names go into the certificate' },
  lease: { flag: 'lease', fallback: 'fleet-reload', says: 'the Lease that elects the leader' },
  leaseDuration: { flag: 'lease-duration', fallback: '15s', says: 'after so long without a renewal another replica takes over' },
  renewDeadline: { flag: 'renew-deadline', fallback: '10s', says: 'a leader that could not renew for so long stops leading' },
  retryPeriod: { flag: 'retry-period', fallback: '2s', says: 'between two tries to take or renew the Lease' },
  servingLife: { flag: 'serving-life', fallback: '720h', says: 'how long a serving certificate is good for; renewed when a third is left' },
  caLife: {
    flag: 'ca-life',
    fallback: '87600h',
    says: 'the same of the CA that signs it, where we made it; members are told of the next one first',
  },
  logLevel: { flag: 'log-level', fallback: 'info', says: 'debug, info, warn or error' },
  kubeconfig: { flag: 'kubeconfig', fallback: '', says: "a file; default: $KUBECONFIG, or the pod's own ServiceAccount" },
} as const satisfies Record<string, Flag>;

const MINUTE_MS = 60_000;
const NAMESPACE = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

/** The command line, or what to tell the user. */
export function parseOptions(args: readonly string[], env: NodeJS.ProcessEnv): Options | Usage {
  const config = Object.fromEntries(Object.values(FLAGS).map(({ flag }) => [flag, { type: 'string' as const }]));
  const unknown = args
    .filter((arg) => arg.startsWith('--'))
    .map((arg) => arg.slice(2).replace(/=.*/s, ''))
    .find((name) => name !== 'help' && !(name in config));
  if (args.includes('--help')) return { text: help(), exitCode: 0 };
  if (unknown !== undefined) return { text: `no such option: --${unknown}. Did you mean --${nearest(unknown)}? See --help`, exitCode: 2 };

  let values: Record<string, string | boolean | undefined>;
  try {
    ({ values } = parseArgs({ args: [...args], options: config, strict: true }));
  } catch (error) {
    return { text: `${(error as Error).message}. See --help`, exitCode: 2 };
  }
  const text = ({ flag, fallback }: Flag) => String(values[flag] ?? fallback);
  const wrong: string[] = [];
  const options: Options = Object.freeze({
    linkPort: port(FLAGS.linkPort),
    httpPort: port(FLAGS.httpPort),
    webhookPort: port(FLAGS.webhookPort),
    webhookCerts: text(FLAGS.webhookCerts) || env['WEBHOOK_CERTS'] || null,
    webhookService: text(FLAGS.webhookService),
    webhookConfiguration: text(FLAGS.webhookConfiguration),
    sidecarImage: text(FLAGS.sidecarImage) || env['SIDECAR_IMAGE'] || 'localhost/fleet-reload-sidecar:dev',
    namespace: text(FLAGS.namespace) || env['POD_NAMESPACE'] || null,
    rights: Object.freeze({
      namespaces: text(FLAGS.namespaces) === '' ? null : names(FLAGS.namespaces),
      secretsIn: text(FLAGS.secretsIn) === '*' ? null : names(FLAGS.secretsIn),
    }),
    podName: text(FLAGS.podName) || env['POD_NAME'] || null,
    service: text(FLAGS.service),
    lease: text(FLAGS.lease),
    leaseDurationMs: duration(FLAGS.leaseDuration),
    renewDeadlineMs: duration(FLAGS.renewDeadline),
    retryPeriodMs: duration(FLAGS.retryPeriod),
    servingLifeMs: duration(FLAGS.servingLife),
    caLifeMs: duration(FLAGS.caLife),
    logLevel: text(FLAGS.logLevel),
    kubeconfig: text(FLAGS.kubeconfig) || null,
  });
  if (!['debug', 'info', 'warn', 'error'].includes(options.logLevel))
    wrong.push(`--log-level ${options.logLevel} is none of debug, info, warn, error`);
  if (!(options.leaseDurationMs > options.renewDeadlineMs && options.renewDeadlineMs > options.retryPeriodMs))
    wrong.push('--lease-duration must be longer than --renew-deadline, and that longer than --retry-period');
  if (options.servingLifeMs < MINUTE_MS) wrong.push('--serving-life must be a minute at least');
  // The next one is made when a third is left, and needs the overlap of ten minutes.
  if (options.caLifeMs < 60 * MINUTE_MS) wrong.push('--ca-life must be an hour at least');
  const { namespaces, secretsIn } = options.rights;
  const unseen = namespaces === null ? undefined : secretsIn?.find((name) => !namespaces.includes(name));
  if (unseen !== undefined) wrong.push(`--secrets-in names ${unseen}, and --namespaces does not`);
  return wrong.length === 0 ? options : { text: wrong.join('\n'), exitCode: 2 };

  function port(option: Flag): number {
    const number = Number(text(option));
    if (!Number.isInteger(number) || number < 0 || number > 65535) wrong.push(`--${option.flag} ${text(option)} is no port: 0 to 65535`);
    return number;
  }

  /** `shop,web`; each once. */
  function names(option: Flag): readonly string[] {
    const said = text(option)
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    const bad = said.find((name) => !NAMESPACE.test(name));
    if (said.length === 0 && text(option) !== '') wrong.push(`--${option.flag} ${text(option)} names nothing`);
    if (bad !== undefined) wrong.push(`--${option.flag}: ${bad} is no name of a namespace`);
    return [...new Set(said)];
  }

  function duration(option: Flag): number {
    try {
      return millis(text(option));
    } catch (error) {
      wrong.push(`--${option.flag}: ${(error as Error).message}`);
      return 0;
    }
  }
}

export function isUsage(parsed: Options | Usage): parsed is Usage {
  return 'exitCode' in parsed;
}

function help(): string {
  const rows = Object.values(FLAGS).map(
    ({ flag, fallback, says }: Flag) => `  --${flag.padEnd(22)} ${says}${fallback ? ` (${fallback})` : ''}`,
  );
  return ['fleet-reload: coordinates config reloads over a whole fleet', '', ...rows].join('\n');
}

/** The flag that shares the most pairs of letters with what was typed. */
function nearest(name: string): string {
  const pairs = (word: string) => new Set(Array.from({ length: word.length - 1 }, (_, i) => word.slice(i, i + 2)));
  const typed = pairs(name);
  const score = (flag: string) => [...pairs(flag)].filter((pair) => typed.has(pair)).length / (flag.length + name.length);
  return (
    Object.values(FLAGS)
      .map(({ flag }) => flag as string)
      .toSorted((a, b) => score(b) - score(a))[0] ?? 'help'
  );
}
