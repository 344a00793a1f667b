/**
 * The one file that converts between code points and UTF-16. Everywhere else an offset of a text is a code point,
 * half-open, as the server stores it; JavaScript's strings and the DOM count UTF-16 units.
 */
export type CodePoints = {
  readonly text: string;
  /** Number of code points; a lone surrogate counts as one, as it does in Python. */
  readonly length: number;
  /** UTF-16 index at which code point `cp` (0…length) starts. */
  utf16(cp: number): number;
  /** Code point that holds UTF-16 index `index` (0…text.length). */
  codePoint(index: number): number;
  slice(start: number, end: number): string;
};

export function codePoints(text: string): CodePoints {
  const length = Array.from(text).length;
  if (length === text.length) {
    return { text, length, utf16: (cp) => cp, codePoint: (index) => index, slice: (start, end) => text.slice(start, end) };
  }
  const toUtf16 = new Uint32Array(length + 1);
  const toCodePoint = new Uint32Array(text.length + 1);
  let index = 0;
  let cp = 0;
  for (const character of text) {
    toUtf16[cp] = index;
    toCodePoint.fill(cp, index, index + character.length);
    index += character.length;
    cp += 1;
  }
  toUtf16[cp] = index;
  toCodePoint[index] = cp;
  return {
    text,
    length,
    utf16: (at) => toUtf16[at]!,
    codePoint: (at) => toCodePoint[at]!,
    slice: (start, end) => text.slice(toUtf16[start], toUtf16[end]),
  };
}
