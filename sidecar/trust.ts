import fs from 'node:fs';
import path from 'node:path';
import { writeAtomically } from './journal-file.ts';

/** Whose certificates the operator may show: the mounted CA, which may be absent, and what came over an earlier stream. */
export function trusted(mounted: string, state: string): string[] {
  return [mounted, path.join(state, KEPT)].flatMap((file) => {
    try {
      const pem = fs.readFileSync(file, 'utf8');
      return pem.includes('-----BEGIN CERTIFICATE-----') ? [pem] : [];
    } catch {
      return [];
    }
  });
}

/** Keeps the CA that signs the operator's next certificate: the kubelet may bring it later than it is used. */
export function keepCa(state: string, pem: string): void {
  writeAtomically(path.join(state, KEPT), pem);
}

const KEPT = 'ca.pem';
