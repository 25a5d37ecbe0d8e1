import { z } from 'zod';
import {
  type Ack,
  type Epoch,
  type FromSidecar,
  type Hello,
  PROTOCOL_VERSION,
  type SourcePath,
  type Want,
} from '../../sidecar/protocol.ts';

/** What a sidecar's text frame says. Bytes of a stranger: everything is checked, and words are cut and made harmless. */
export type Heard =
  | { readonly kind: 'frame'; readonly frame: FromSidecar }
  | { readonly kind: 'other version'; readonly theirs: number }
  /** `because` names the place, and never quotes. */
  | { readonly kind: 'unreadable'; readonly because: string };

/** A sidecar's longest frame is a `want`. A larger one closes the stream. */
export const MAX_HEARD_BYTES = 64 * 1024;

export function parseFrame(bytes: Buffer): Heard {
  const json = parseJson(bytes);
  const greeting = aGreeting.safeParse(json);
  // Another version's hello may look different, so its version is read first.
  if (greeting.success && greeting.data.protocol !== PROTOCOL_VERSION) return { kind: 'other version', theirs: greeting.data.protocol };

  const parsed = aFrame.safeParse(json);
  if (parsed.success) return { kind: 'frame', frame: parsed.data };
  const path = parsed.error.issues[0]?.path.join('.');
  return { kind: 'unreadable', because: path ? `unreadable frame: ${path}` : 'unreadable frame' };
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** `\n`, ESC and what turns the writing direction become `\u{a}`, `\u{1b}`, …: a log line stays one line, a terminal stays as it is. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, (char) => `\\u{${char.codePointAt(0)?.toString(16)}}`);
}

const MAX_BECAUSE = 1024;
/** As many as a revision has. */
const MAX_FILES = 350;

const whole = z.int().min(0);
const words = z.string().transform((text) => harmless(text.slice(0, MAX_BECAUSE)));
const agoMs = z.number().min(0);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const revision = z.string().regex(/^[-.a-z0-9]{1,253}$/);
const attempt = z.string().regex(/^[-.a-zA-Z0-9]{1,63}$/);
const proof = z.enum(['Delivered', 'Confirmed', 'Booted', 'Adopted']);
const epoch: z.ZodType<Epoch> = z.tuple([whole, whole]).readonly();
const source = z
  .string()
  .regex(/^(configmaps|secrets)\/[-.a-z0-9]{1,253}$/)
  .transform((path) => path as SourcePath);

const aGreeting = z.object({ type: z.literal('hello'), protocol: z.number() });

const aHello = z.object({
  type: z.literal('hello'),
  protocol: z.literal(PROTOCOL_VERSION),
  sidecar: z.string().max(64).transform(harmless),
  epoch: epoch.nullable(),
  running: z.object({ content: sha256, revision: revision.nullable(), proof, agoMs }).nullable(),
  refused: z.object({ content: sha256, revision, attempt, because: words, agoMs }).nullable(),
  trying: z.object({ content: sha256, revision, attempt }).nullable(),
  booted: z.boolean(),
}) satisfies z.ZodType<Hello>;

const aWant = z.object({
  type: z.literal('want'),
  epoch,
  files: z.array(z.object({ source, key: z.string().regex(/^[-._a-zA-Z0-9]{1,253}$/) })).max(MAX_FILES),
}) satisfies z.ZodType<Want>;

const anAck = z.object({
  type: z.literal('ack'),
  epoch,
  revision,
  content: sha256,
  attempt,
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('applied'), proof, agoMs }),
    z.object({ kind: z.literal('refused'), because: words, agoMs, seen: epoch.optional() }),
  ]),
  running: sha256.nullable(),
  firedAt: z.number().nullable(),
  tookMs: z.number().min(0).nullable(),
}) satisfies z.ZodType<Ack>;

const aFrame: z.ZodType<FromSidecar> = z.discriminatedUnion('type', [aHello, aWant, anAck]);
