import { segmentAt, type TextModel } from "../../state/selection";
import { codePoints } from "../../text/offsets";
import type { Span } from "../../text/spans";
import { graphemesOf, stopAt } from "../../text/words";

export type Point = { clientX: number; clientY: number; altKey: boolean; shiftKey: boolean; target: EventTarget | null };
/** `whole`: a segment of the server's, complete in itself. */
export type Place = { at: Span; whole: boolean };

/**
 * What of the text is under the pointer: a word; with Alt a grapheme, with Shift a sub-sentence, in the gutter a
 * sentence. Null when the pointer is over none of it.
 */
export function placeAt(text: TextModel, point: Point): Place | null {
  const hit = document.elementFromPoint?.(point.clientX, point.clientY) ?? point.target;
  if (!(hit instanceof Element)) return null;
  const sentence = hit.closest<HTMLElement>("[data-sentence]")?.dataset.sentence;
  if (sentence !== undefined) return whole(segmentAt(text, text.sentences, Number(sentence)));
  const piece = hit.closest<HTMLElement>("[data-start]");
  if (!piece) return null;
  const start = Number(piece.dataset.start);
  if (point.shiftKey) return whole(segmentAt(text, text.clauses, start));
  const at = point.altKey ? graphemeAt(text, piece, start, point) : text.words[stopAt(text.words, start)];
  return at ? { at, whole: false } : null;
}

const whole = (at: Span | null) => at && { at, whole: true };

function graphemeAt(text: TextModel, piece: HTMLElement, start: number, { clientX, clientY }: Point): Span | undefined {
  const caret = document.caretPositionFromPoint?.(clientX, clientY);
  const before = caret && piece.contains(caret.offsetNode) ? (caret.offsetNode.textContent ?? "").slice(0, caret.offset) : "";
  const stops = graphemesOf(text.codePoints);
  const index = stopAt(stops, start + codePoints(before).length);
  // The caret goes to the nearer edge, which may be the far one of the grapheme that is pointed at.
  const under = [stops[index - 1], stops[index]].find((stop) => stop && stop.start >= start && covers(text, piece, start, stop, clientX));
  return under ?? stops[index];
}

function covers({ codePoints: all }: TextModel, piece: HTMLElement, start: number, { start: from, end }: Span, x: number): boolean {
  const node = piece.firstChild;
  const utf16 = (cp: number) => Math.min(all.utf16(cp) - all.utf16(start), node?.textContent?.length ?? 0);
  if (!node) return false;
  const range = document.createRange();
  range.setStart(node, utf16(from));
  range.setEnd(node, utf16(end));
  return [...range.getClientRects()].some(({ left, right }) => left <= x && x < right);
}
