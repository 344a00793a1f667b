/**
 * Beside the text, a stretch for each sentence to take it with one click or tap. For pointers alone: with the keyboard
 * it is S, and a stop for each sentence would only be in the way.
 */
import { useEffect, useState, type MouseEvent, type RefObject } from "react";
import { segmentAt, type TextModel } from "../../state/selection";
import { stretches, type Extent, type Line } from "./gutter";

type Props = { text: TextModel; frame: RefObject<HTMLDivElement | null> };

export function Gutter({ text, frame }: Props) {
  const [lines, setLines] = useState<Line[]>([]);
  // Marking never moves the text, so that only another width or another size of letters does.
  useEffect(() => {
    // Kept here, because the reference may be gone before the observer is.
    const here = frame.current!;
    const observer = new ResizeObserver(() => setLines(measure(text, here)));
    observer.observe(here);
    return () => observer.disconnect();
  }, [text, frame]);
  const keepFocus = (event: MouseEvent) => {
    event.preventDefault();
    frame.current?.querySelector<HTMLElement>(".response-text")?.focus({ preventScroll: true });
  };
  return (
    <div className="gutter" aria-hidden="true" onMouseDown={keepFocus}>
      {lines.map(({ top, bottom }, i) => (
        <div key={i} className="tap" data-sentence={text.sentences[i]!.start} style={{ insetBlockStart: top, blockSize: bottom - top }} />
      ))}
    </div>
  );
}

function measure(text: TextModel, frame: HTMLElement): Line[] {
  const above = frame.getBoundingClientRect().top;
  const pieces = [...frame.querySelectorAll<HTMLElement>("[data-start]")];
  if (pieces.length === 0) return [];
  const starts = pieces.map(({ dataset }) => Number(dataset.start));
  let piece = 0;
  const line = ({ top, bottom }: DOMRect): Line => ({ top: top - above, bottom: bottom - above });
  const extents = text.sentences.map((sentence): Extent => {
    const end = segmentAt(text, text.sentences, sentence.start)?.end ?? sentence.end;
    while (starts[piece + 1]! <= sentence.start) piece += 1;
    const first = pieces[piece]!.getClientRects()[0] ?? pieces[piece]!.getBoundingClientRect();
    while (starts[piece + 1]! < end) piece += 1;
    return { first: line(first), last: line([...pieces[piece]!.getClientRects()].at(-1) ?? first) };
  });
  return stretches(extents, Number.parseFloat(getComputedStyle(frame).lineHeight));
}
