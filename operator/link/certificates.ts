import 'reflect-metadata'; // The next import needs it.
import { createPrivateKey, type webcrypto, X509Certificate as Parsed } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';

/** What a TLS server needs. PEM. */
export type Serving = { readonly cert: string; readonly key: string };

/** Signs serving certificates. `cert` and `key` are PEM and belong together. */
export type Authority = { readonly cert: string; readonly key: string };

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const AUTHORITY_MS = 3650 * DAY;
/** Of a serving certificate. */
export const SERVING_MS = 30 * DAY;
/** A certificate is good from so long before it was made: for members whose clock is behind ours. */
export const EARLY_MS = 60 * MINUTE;
const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** A CA of P-256, for ten years unless it is said otherwise, that signs servers and no other CAs. */
export async function makeAuthority(now: number, lifeMs = AUTHORITY_MS): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=fleet-reload',
    keys,
    signingAlgorithm: P256,
    ...validity(now, lifeMs),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pemOf(certificate), key: await keyOf(keys) };
}

/**
 * A new key, and a certificate that names DNS names or IP addresses, for 30 days unless it is said otherwise, and no longer than its CA's;
 * `renewAt` leaves a third of that for trouble.
 */
export async function issue(
  authority: Authority,
  names: readonly string[],
  now: number,
  lifeMs = SERVING_MS,
): Promise<Serving & { renewAt: number }> {
  const issuer = new x509.X509Certificate(authority.cert);
  const forMs = Math.min(lifeMs, issuer.notAfter.getTime() - now);
  const keys = await crypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${names[0]}`,
    issuer: issuer.subject,
    publicKey: keys.publicKey,
    signingKey: await crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(authority.key), P256, false, ['sign']),
    signingAlgorithm: P256,
    ...validity(now, forMs),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }))),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
    ],
  });
  return { cert: pemOf(certificate), key: await keyOf(keys), renewAt: now + (forMs * 2) / 3 };
}

/** The certificates in a text of one or more PEMs, each once. */
export function certificatesIn(pem: string): readonly string[] {
  const found = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return [...new Set(found.map((one) => `${one.replaceAll('\r', '')}\n`))];
}

/** Why this cannot sign, in words for a person; null where it can. */
export function faultOf({ cert, key }: Authority, now: number): string | null {
  try {
    const parsed = new Parsed(cert);
    if (!parsed.ca) return 'tls.crt is not a CA';
    if (parsed.validToDate.getTime() <= now) return `tls.crt expired at ${parsed.validToDate.toISOString()}`;
    return parsed.checkPrivateKey(createPrivateKey(key)) ? null : 'tls.key does not belong to tls.crt';
  } catch {
    return 'tls.crt or tls.key is not readable PEM';
  }
}

function validity(now: number, ms: number) {
  return { notBefore: new Date(now - EARLY_MS), notAfter: new Date(now + ms) };
}

/** With the newline at its end, so that PEMs can be put behind each other. */
function pemOf(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`;
}

async function keyOf({ privateKey }: webcrypto.CryptoKeyPair): Promise<string> {
  return `${x509.PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY')}\n`;
}
