/** Every word of a union, which the compiler keeps whole: so the series that a label can have are known without looking through them. */
export function wordsOf<T extends string>(words: Readonly<Record<T, true>>): readonly T[] {
  return Object.keys(words) as T[];
}
