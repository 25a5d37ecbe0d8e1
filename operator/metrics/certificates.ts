import { X509Certificate } from 'node:crypto';
import { Gauge, type Registry } from 'prom-client';

const LABELS = ['certificate'] as const;

/** How long each certificate is good for: `serving` is what this replica serves, `ca` what signed it, `webhook` what somebody else made. */
export function certificateMetrics(registry: Registry) {
  const registers = [registry];
  const start = new Gauge({
    name: 'certificate_start_timestamp_seconds',
    help: 'From when a certificate is good: serving, ca (which signed it), webhook (where it is not ours). Each replica.',
    labelNames: LABELS,
    registers,
  });
  const expiry = new Gauge({
    name: 'certificate_expiry_timestamp_seconds',
    help: 'When a certificate expires: serving, ca (which signed it), webhook (where it is not ours). Each replica.',
    labelNames: LABELS,
    registers,
  });
  const tell = (certificate: 'serving' | 'ca' | 'webhook', { validFrom, validTo }: X509Certificate) => {
    start.set({ certificate }, Date.parse(validFrom) / 1000);
    expiry.set({ certificate }, Date.parse(validTo) / 1000);
  };
  return {
    /** Of our own; `bundle`: the CAs that members trust, of which one has signed it. */
    serves: (cert: string, bundle: string) => {
      const serving = new X509Certificate(cert);
      tell('serving', serving);
      const ca = certificatesIn(bundle).find(({ publicKey }) => serving.verify(publicKey));
      if (ca !== undefined) tell('ca', ca);
    },
    webhookServes: (cert: string) => tell('webhook', new X509Certificate(cert)),
  };
}

function certificatesIn(bundle: string): readonly X509Certificate[] {
  return (bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map((pem) => new X509Certificate(pem));
}
