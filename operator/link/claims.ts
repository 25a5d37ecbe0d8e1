import { z } from 'zod';
import { AUDIENCE } from '../../sidecar/protocol.ts';

/** What a token says of itself. Nobody has vouched for it: it only spares the API server a question whose answer is no. */
export type Claims = {
  readonly forUs: boolean;
  /** In ms since 1970. */
  readonly expiresAt: number;
  /** Null: of no pod. */
  readonly podUid: string | null;
};

const someClaims = z.object({
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  'kubernetes.io': z.object({ pod: z.object({ uid: z.string() }).optional() }).optional(),
});

/** Null where it is none that the API server makes for a pod. */
export function claimsOf(token: string): Claims | null {
  const parsed = someClaims.safeParse(parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')));
  if (!parsed.success) return null;
  const { aud, exp, 'kubernetes.io': kubernetes } = parsed.data;
  return { forUs: [aud].flat().includes(AUDIENCE), expiresAt: exp * 1000, podUid: kubernetes?.pod?.uid ?? null };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
