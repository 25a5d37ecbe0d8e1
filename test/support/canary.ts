/** Is in every Secret that the e2e tests make, so that wherever it is met, a Secret was said. */
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
