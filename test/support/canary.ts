/**
 * Is in the Secrets that are sources in the e2e tests, so that wherever it is met, a Secret was said. Not in those of inject-shapes, whose apps say
 * what they read; nor in keys, certificates and tokens, which nobody rolls out.
 */
export const CANARY = 'canary-7Zq4mX1pV8tB';

/** As text, in hex, and in base64 wherever in the bytes it begins: what its neighbours say of the first and last characters is left out. */
const SIGNS: readonly string[] = [
  CANARY,
  Buffer.from(CANARY).toString('hex'),
  ...[0, 1, 2].map((offset) => {
    const encoded = Buffer.from(`${'-'.repeat(offset)}${CANARY}`)
      .toString('base64')
      .replaceAll('=', '');
    return encoded.slice(Math.ceil((offset * 8) / 6), -1);
  }),
];

/** What is said somewhere. */
export type Said = { readonly where: string; readonly text: string };

/** Where a Secret is told of. */
export function hitsIn(said: readonly Said[]): readonly string[] {
  return said.filter(({ text }) => SIGNS.some((sign) => text.includes(sign))).map(({ where }) => where);
}
