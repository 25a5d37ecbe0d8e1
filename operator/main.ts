import { openCa } from './ca.ts';
import { serveHttp } from './http.ts';
import { type CaBundle, keepCaBundle } from './inject/ca-bundle.ts';
import { claimants } from './inject/claimants.ts';
import { openInjection } from './inject/injection.ts';
import { connect } from './kube/client.ts';
import { emit } from './kube/events.ts';
import { elect } from './kube/lease.ts';
import { openLead } from './lead.ts';
import { machineClock } from './link/clock.ts';
import { openLink } from './link/link.ts';
import { tokenReview } from './link/review.ts';
import { listPolicies } from './list-policies.ts';
import { openLog } from './log.ts';
import { openMetrics } from './metrics.ts';
import { isUsage, type Options, parseOptions } from './options.ts';
import { digestKeyOf } from './sources/digest-key.ts';
import { sourceReader } from './sources/read.ts';
import { openRevisions } from './sources/revisions.ts';
import { openStables } from './sources/stable.ts';
import { VERSION } from './version.ts';
import { openWatches } from './watches.ts';

const parsed = parseOptions(process.argv.slice(2), process.env);
if (isUsage(parsed)) {
  (parsed.exitCode === 0 ? process.stdout : process.stderr).write(`${parsed.text}\n`);
  process.exitCode = parsed.exitCode;
} else {
  run(parsed).catch((error: unknown) => {
    process.stderr.write(`fleet-reload: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}

/** The API server waits three seconds for the webhook, which may ask it for policies before it answers. */
const LIST_MS = 2_000;

/** Of the Service that sidecars dial, whatever --link-port is. */
const SERVICE_PORT = 8443;

/** Watches from the start, so that a replica that takes over knows the fleet; acts only while it leads. Ends with SIGTERM or SIGINT. */
async function run(options: Options): Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => ending.abort());

  const kube = await connect({ version: VERSION, kubeconfig: options.kubeconfig ?? undefined });
  const namespace = options.namespace ?? kube.namespace;
  const identity = options.podName ?? `pid-${process.pid}`;
  const log = openLog(options.logLevel, identity);
  const metrics = openMetrics();
  const digestKey = await digestKeyOf(kube, namespace);
  log.info({ version: VERSION, namespace }, 'fleet-reload starts');

  const lead = openLead({
    log,
    metrics,
    kube,
    namespace,
    rights: options.rights,
    podName: options.podName,
    publishCa: (of) => ca.publish(of),
  });
  const watches = openWatches({ kube, rights: options.rights, namespace, listener: lead.listener, log, signal });
  let caBundle: CaBundle | null = null;
  const ca = await openCa({
    kube,
    namespace,
    caLifeMs: options.caLifeMs,
    lifeMs: options.servingLifeMs,
    dnsNames: [...serviceNames(options.service, namespace), ...serviceNames(options.webhookService, namespace), 'localhost'],
    clock: machineClock,
    log,
    onServing: (serving) => {
      link.serve(serving);
      injecting.serve(serving);
      metrics.serves(serving.cert, ca.bundle);
    },
    onBundle: (bundle) => {
      link.trust(bundle);
      lead.caChanged();
      caBundle?.look();
    },
  });
  const link = await openLink({
    port: options.linkPort,
    serving: ca.serving,
    review: tokenReview(kube),
    podOf: watches.podOf,
    onChange: lead.linkChanged,
    onAck: lead.acked,
    log,
    counters: metrics.counters,
  });
  link.trust(ca.bundle);
  metrics.serves(ca.serving.cert, ca.bundle);
  metrics.watches(watches.stores);
  const known = watches.known();
  known.catch(() => {});
  const unready = () => {
    const missing = watches.missing();
    return missing.length === 0 ? null : `waiting for the first list of ${missing.join(', ')}`;
  };
  const injecting = await openInjection({
    port: options.webhookPort,
    serving: options.webhookCerts ?? ca.serving,
    injected: { image: options.sidecarImage, operator: `${options.service}.${namespace}.svc:${SERVICE_PORT}` },
    policiesFor: claimants({
      known: (of) => watches.policies.list(of).flatMap((entry) => (entry.kind === 'policy' ? entry.policy : [])),
      list: (of) => listPolicies(kube, of, LIST_MS),
    }),
    onAnswer: metrics.reviewed,
    onFiles: metrics.webhookServes,
    unready,
    emit: (policy, event) => emit(kube, policy, event, Date.now(), identity),
    clock: machineClock,
    log,
  });
  const http = await serveHttp({ port: options.httpPort, metrics, unready });

  await known;
  const sources = sourceReader(kube, watches.versionOf, digestKey);
  const revisions = {
    ...openRevisions(kube, digestKey, (kind, of, name) => watches.versionOf(kind, of, name) !== null),
    ...openStables(kube, digestKey, watches.versionOf),
  };
  const election = elect({
    kube,
    namespace,
    name: options.lease,
    identity,
    durations: { leaseMs: options.leaseDurationMs, renewDeadlineMs: options.renewDeadlineMs, retryMs: options.retryPeriodMs },
    onLead: (transitions, reign) => {
      ca.lead();
      lead.begin({ transitions, watches, link, sources, revisions, election });
      // Whose CA we do not know, its owner tells the API server.
      if (options.webhookCerts !== null) return;
      const name = options.webhookConfiguration;
      caBundle = keepCaBundle({ kube, name, bundle: ca.trusted, isLeading: election.isLeading, log, signal: reign });
    },
    onLost: () => {
      caBundle = null;
      ca.follow();
      return lead.end();
    },
    signal,
    log,
  });
  await election.ended;
  ca.stop();
  await Promise.all([link.close(), injecting.close()]);
  http.close();
  await kube.close();
  log.info({}, 'fleet-reload ended');
}

function serviceNames(service: string, namespace: string): readonly string[] {
  const name = `${service}.${namespace}`;
  return [`${name}.svc`, name, `${name}.svc.cluster.local`];
}
