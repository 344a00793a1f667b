import type { TextModel } from "../../state/selection";
import { codePoints } from "../../text/offsets";
import type { Span } from "../../text/spans";
import { graphemes, stopAt } from "../../text/words";

type Point = { clientX: number; clientY: number; altKey: boolean; target: EventTarget };

/** The word under the pointer, or with Alt the grapheme; null when the pointer is over none of the text. */
export function placeAt(text: TextModel, event: Point): Span | null {
  const hit = document.elementFromPoint?.(event.clientX, event.clientY) ?? event.target;
  const piece = hit instanceof Element ? hit.closest<HTMLElement>("[data-start]") : null;
  if (!piece) return null;
  const start = Number(piece.dataset.start);
  if (event.altKey) return graphemeAt(text, piece, start, event);
  return text.words[stopAt(text.words, start)] ?? null;
}

function graphemeAt(text: TextModel, piece: HTMLElement, start: number, { clientX, clientY }: Point): Span | null {
  const caret = document.caretPositionFromPoint?.(clientX, clientY);
  const before = caret && piece.contains(caret.offsetNode) ? (caret.offsetNode.textContent ?? "").slice(0, caret.offset) : "";
  const stops = graphemes(text.codePoints.text);
  return stops[stopAt(stops, start + codePoints(before).length)] ?? null;
}
