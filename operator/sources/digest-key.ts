import { randomBytes } from 'node:crypto';
import type { Kube } from '../kube/client.ts';
import { isKube } from '../kube/errors.ts';
import { pathOf } from '../kube/paths.ts';

const NAME = 'fleet-reload-digest-key';

/** The key of Secrets' digests: made once in the operator's namespace, and never rotated by itself, since every revision's name would change. */
export async function digestKeyOf(kube: Pick<Kube, 'get' | 'create'>, namespace: string): Promise<Buffer> {
  const secrets = { apiVersion: 'v1', plural: 'secrets' };
  const read = async () => {
    const secret = await kube.get<{ data?: { key?: string } }>(pathOf(secrets, { namespace, name: NAME }));
    return secret === null ? null : Buffer.from(secret.data?.key ?? '', 'base64');
  };
  const present = await read();
  if (present !== null) return checked(present);
  try {
    const key = randomBytes(32);
    await kube.create(pathOf(secrets, { namespace }), {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: NAME, labels: { 'app.kubernetes.io/managed-by': 'fleet-reload' } },
      immutable: true,
      data: { key: key.toString('base64') },
    });
    return key;
  } catch (error) {
    // Two operators start at once: the first one's key is everybody's.
    if (!isKube(error, 'AlreadyExists')) throw error;
    return checked((await read()) ?? Buffer.alloc(0));
  }
}

function checked(key: Buffer): Buffer {
  if (key.length < 32) throw new Error(`Secret ${NAME} has no usable key: delete it, and the next start makes one`);
  return key;
}
