/** The letters of the marks, each over its mark's first word. Above the text and not in it: there all would be laid out again with each mark. */
import { memo, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { cardId, type DrawnMark } from "./Sentence";

/** From the frame's edge at which a line starts, and from its top to the foot of the mark's first line. */
type Place = { insetInlineStart: number; top: number };

type Props = { marks: readonly DrawnMark[]; rtl: boolean };

/** Drawn again only when a mark changes: the cursor is in none of them. */
export const Letters = memo(function Letters({ marks, rtl }: Props) {
  const letters = useRef<HTMLDivElement>(null);
  const [places, setPlaces] = useState<ReadonlyMap<string, Place>>(new Map());
  const measure = useEffectEvent((frame: HTMLElement) => setPlaces(placesIn(frame, rtl)));
  useLayoutEffect(() => measure(letters.current!.parentElement!), [marks]);
  useEffect(() => {
    // Kept here, because the reference may be gone before the observer is.
    const frame = letters.current!.parentElement!;
    const observer = new ResizeObserver(() => measure(frame));
    observer.observe(frame);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={letters} className="letters" aria-hidden="true">
      {marks.map(({ id, look, lane }) => (
        <span key={id} className="letter" data-hue={look?.hue} data-lane={Math.min(lane, 2)} style={places.get(cardId(id))} hidden={!places.has(cardId(id))}>
          {look?.badge}
        </span>
      ))}
    </div>
  );
});

function placesIn(frame: HTMLElement, rtl: boolean): Map<string, Place> {
  const box = frame.getBoundingClientRect();
  const places = new Map<string, Place>();
  for (const piece of frame.querySelectorAll("mark")) {
    const id = piece.getAttribute("aria-details")!;
    // The first piece of a mark is where it starts.
    const rect = places.has(id) ? undefined : piece.getClientRects()[0];
    if (rect) places.set(id, { insetInlineStart: rtl ? box.right - rect.right : rect.left - box.left, top: rect.bottom - box.top });
  }
  return places;
}
