import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { BasicConstraintsExtension, SubjectAlternativeNameExtension, X509CertificateGenerator } from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export type TestCa = {
  readonly ca: string;
  readonly issue: (names: readonly string[]) => Promise<{ readonly cert: string; readonly key: string }>;
};

/** A CA that lives for one test. */
export async function testCa(): Promise<TestCa> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const times = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 3600_000) };
  const name = 'CN=test CA';
  const extensions = [new BasicConstraintsExtension(true, 0, true)];
  const root = await X509CertificateGenerator.createSelfSigned(
    { name, keys, ...times, signingAlgorithm: ALGORITHM, extensions },
    webcrypto,
  );
  const issue = async (names: readonly string[]) => {
    const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const alternatives = new SubjectAlternativeNameExtension(
      names.map((value) => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value })),
    );
    const leaf = await X509CertificateGenerator.create(
      {
        subject: 'CN=operator',
        issuer: name,
        publicKey: own.publicKey,
        signingKey: keys.privateKey,
        ...times,
        signingAlgorithm: ALGORITHM,
        extensions: [alternatives],
      },
      webcrypto,
    );
    const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', own.privateKey)).toString('base64');
    return { cert: leaf.toString('pem'), key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n` };
  };
  return { ca: root.toString('pem'), issue };
}
