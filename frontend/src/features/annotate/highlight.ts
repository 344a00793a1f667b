import { codePoints } from "../../text/offsets";
import type { Span } from "../../text/spans";

/** Places in the text of an element. */
export type Lit = { element: Element; span: Span };

/** Paints the places, and one among them more strongly; where the browser cannot, nothing is painted. */
export function highlight(all: readonly Lit[], now: Lit | undefined): () => void {
  if (typeof Highlight === "undefined") return () => undefined;
  CSS.highlights.set("found", new Highlight(...all.flatMap(rangeOf)));
  CSS.highlights.set("found-now", new Highlight(...(now ? rangeOf(now) : [])));
  return () => {
    CSS.highlights.delete("found");
    CSS.highlights.delete("found-now");
  };
}

function rangeOf({ element, span }: Lit): Range[] {
  const node = element.firstChild;
  if (!(node instanceof Text)) return [];
  const { utf16 } = codePoints(node.data);
  const range = new Range();
  range.setStart(node, utf16(span.start));
  range.setEnd(node, utf16(span.end));
  return [range];
}
