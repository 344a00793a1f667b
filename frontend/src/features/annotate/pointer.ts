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
  if (point.altKey && !point.shiftKey) {
    const at = graphemeAt(text, point);
    return at && { at, whole: false };
  }
  const piece = hit.closest<HTMLElement>("[data-start]") ?? pieceAt(point, -NEAR) ?? pieceAt(point, NEAR);
  if (!piece) return null;
  const start = Number(piece.dataset.start);
  if (point.shiftKey) return whole(segmentAt(text, text.clauses, start));
  const at = text.words[stopAt(text.words, start)];
  return at ? { at, whole: false } : null;
}

/** White space has no piece of its own; so many pixels to either side of it there is one. */
const NEAR = 6;

function pieceAt({ clientX, clientY }: Point, aside: number): HTMLElement | null {
  return document.elementFromPoint?.(clientX + aside, clientY)?.closest<HTMLElement>("[data-start]") ?? null;
}

const whole = (at: Span | null) => at && { at, whole: true };

function graphemeAt(text: TextModel, { clientX, clientY }: Point): Span | null {
  const caret = document.caretPositionFromPoint?.(clientX, clientY);
  const node = caret?.offsetNode;
  if (!node || node.nodeType !== Node.TEXT_NODE) return null;
  const start = startOf(node);
  if (start === null) return null;
  const stops = graphemesOf(text.codePoints);
  const index = stopAt(stops, start + codePoints((node.textContent ?? "").slice(0, caret.offset)).length);
  // The caret goes to the nearer edge, which may be the far one of the grapheme that is pointed at.
  const under = [stops[index - 1], stops[index]].find((stop) => stop && stop.start >= start && covers(text, node, start, stop, clientX));
  return under ?? stops[index] ?? null;
}

/** Where a text node of the response starts: its piece says so, or for white space the piece before it. */
function startOf(node: Node): number | null {
  const piece = node.parentElement?.closest<HTMLElement>("[data-start]");
  if (piece) return Number(piece.dataset.start);
  const pieces = [...(node.parentElement?.closest(".response-text")?.querySelectorAll<HTMLElement>("[data-start]") ?? [])];
  const before = pieces.findLast((each) => each.compareDocumentPosition(node) & Node.DOCUMENT_POSITION_FOLLOWING);
  if (!before) return pieces.length > 0 ? 0 : null;
  return Number(before.dataset.start) + codePoints(before.textContent ?? "").length;
}

function covers({ codePoints: all }: TextModel, node: Node, start: number, { start: from, end }: Span, x: number): boolean {
  const utf16 = (cp: number) => Math.min(all.utf16(cp) - all.utf16(start), node.textContent?.length ?? 0);
  const range = document.createRange();
  range.setStart(node, utf16(from));
  range.setEnd(node, utf16(end));
  return [...range.getClientRects()].some(({ left, right }) => left <= x && x < right);
}
