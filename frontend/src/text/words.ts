/** Words and graphemes of a text, in code points, and snapping to them. */
import { codePoints, type CodePoints } from "./offsets";
import type { Span } from "./spans";

const wordSegmenter = new Intl.Segmenter("en", { granularity: "word" });
const graphemeSegmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const punctuation = /^\p{P}+$/u;

/** Pieces of `text` that together are the text: words, runs of punctuation, white space. */
export function wordPieces(text: string): string[] {
  const pieces: string[] = [];
  for (const { segment } of wordSegmenter.segment(text)) {
    const last = pieces.at(-1);
    if (last !== undefined && punctuation.test(segment) && punctuation.test(last)) pieces[pieces.length - 1] = last + segment;
    else pieces.push(segment);
  }
  return pieces;
}

function spansOf(pieces: Iterable<string>): { span: Span; blank: boolean }[] {
  let start = 0;
  return Array.from(pieces, (piece) => {
    const span = { start, end: start + codePoints(piece).length };
    start = span.end;
    return { span, blank: piece.trim() === "" };
  });
}

/** What a cursor stops at and a selection snaps to: words and runs of punctuation, never white space. */
export function words(text: string): Span[] {
  return spansOf(wordPieces(text)).filter(({ blank }) => !blank).map(({ span }) => span);
}

export function graphemes(text: string): Span[] {
  return spansOf(Array.from(graphemeSegmenter.segment(text), ({ segment }) => segment)).map(({ span }) => span);
}

const remembered = new WeakMap<CodePoints, readonly Span[]>();

/** The graphemes of a text that is asked about again and again. */
export function graphemesOf(text: CodePoints): readonly Span[] {
  const known = remembered.get(text) ?? graphemes(text.text);
  remembered.set(text, known);
  return known;
}

/** The line that holds code point `offset`, from one line break (or the text's edge) to the next. */
export function lineAt({ text, utf16, codePoint }: CodePoints, offset: number): Span {
  const index = utf16(offset);
  const end = text.slice(index).search(/[\r\n]/);
  const start = Math.max(text.lastIndexOf("\n", index - 1), text.lastIndexOf("\r", index - 1)) + 1;
  return { start: index === 0 ? 0 : codePoint(start), end: codePoint(end < 0 ? text.length : index + end) };
}

/** Whether the text runs from right to left: as `dir="auto"` decides it, by the first letter or directional mark. */
export function rightToLeft(text: string): boolean {
  return /^[^\p{L}\u200e\u200f]*[\u200f\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u.test(text);
}

/** Index of the stop that holds `offset`; between two stops, the one before; before the first, 0. -1 for no stops. */
export function stopAt(stops: readonly Span[], offset: number): number {
  let low = 0;
  let high = stops.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (stops[middle]!.start <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The smallest run of whole stops that touches every stop `span` touches; null when it touches none. */
export function snap(stops: readonly Span[], span: Span): Span | null {
  const first = stops.find((stop) => stop.end > span.start);
  const last = stops.findLast((stop) => stop.start < span.end);
  return first && last && first.start <= last.start ? { start: first.start, end: last.end } : null;
}

/** `span` without white space at its ends; null when nothing else is left. */
export function trim(text: CodePoints, span: Span): Span | null {
  const quote = text.slice(span.start, span.end);
  const kept = quote.trim();
  if (kept === "") return null;
  const start = span.start + codePoints(quote.slice(0, quote.length - quote.trimStart().length)).length;
  return { start, end: start + codePoints(kept).length };
}
