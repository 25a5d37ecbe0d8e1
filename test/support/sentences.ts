/**
 * Texts of a source file that are sentences, of three words at least, with `…` for what is put in. Comments and imports are
 * none; a text that goes over several lines is not seen.
 */
export function sentencesIn(code: string): readonly string[] {
  return code
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/?\*|import )/.test(line))
    .map((line) => withoutPlaceholders(line.replace(/ \/\/ .*$/, '')))
    .flatMap((line) => [...line.matchAll(/`([^`]*)`|'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"/g)].map(([, a, b, c]) => a ?? b ?? c ?? ''))
    .map((text) => text.replaceAll('\\n', '').replaceAll(/\\(.)/g, '$1'))
    .filter((text) => text.split(' ').length > 2);
}

/** From the inside out: what is put in may have a text of its own. */
function withoutPlaceholders(line: string): string {
  const less = line.replaceAll(/\$\{(?:[^{}`]|\{[^{}`]*\})*(?:`[^`]*`(?:[^{}`]|\{[^{}`]*\})*)*\}/g, '…');
  return less === line ? line : withoutPlaceholders(less);
}

/** Whether the message has all that the sentence says, or the sentence all that the message does, in its order. `…` is anything. */
export function isSaidBy(message: string, sentence: string): boolean {
  if (isJoint(message) || isJoint(sentence)) return message === sentence;
  return hasInOrder(message, piecesOf(sentence)) || hasInOrder(sentence, piecesOf(message));
}

/** It only joins others: so few letters are found in order in every text. */
export function isJoint(text: string): boolean {
  return piecesOf(text).join('').length < 8;
}

function hasInOrder(text: string, pieces: readonly string[]): boolean {
  let at = 0;
  for (const piece of pieces) {
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}

function piecesOf(text: string): readonly string[] {
  return text
    .split('…')
    .map((piece) => piece.trim())
    .filter((piece) => piece !== '');
}
