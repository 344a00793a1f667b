/** What the ends of the focused mark are taken hold of by. Above the text and not in it: there they would part letters. */
import { useLayoutEffect, useState, type RefObject } from "react";
import { cardId, type DrawnMark } from "./Sentence";

/** `left`: it stands to the left of `x`, which is the end itself. */
type Place = { x: number; top: number; left: boolean };
/** Where a line starts the gutter is beside it, so that a handle there stands under the mark. */
const ROOM = 44;

type Props = { mark: DrawnMark; rtl: boolean; frame: RefObject<HTMLDivElement | null> };

export function Handles({ mark: { id, start, end, look }, rtl, frame }: Props) {
  const [places, setPlaces] = useState<{ start: Place; end: Place } | null>(null);
  useLayoutEffect(() => {
    const measure = () => setPlaces(endsOf(frame.current!, id, rtl));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(frame.current!);
    return () => observer.disconnect();
  }, [id, start, end, rtl, frame]);
  if (!places) return null;
  return (["start", "end"] as const).map((edge) => (
    <div key={edge} className="handle" data-hue={look?.hue} data-edge={edge} data-left={places[edge].left || undefined} aria-hidden="true" style={{ left: places[edge].x, top: places[edge].top }} />
  ));
}

function endsOf(frame: HTMLElement, id: number, rtl: boolean): { start: Place; end: Place } | null {
  const rects = [...frame.querySelectorAll(`mark[aria-details="${cardId(id)}"]`)].flatMap((piece) => [...piece.getClientRects()]);
  const [first, last] = [rects[0], rects.at(-1)];
  if (!first || !last) return null;
  const box = frame.getBoundingClientRect();
  const text = frame.querySelector(".response-text")!.getBoundingClientRect();
  const at = (rect: DOMRect, x: number, left: boolean): Place => ({ x: x - box.left, top: rect.top - box.top + 0.7 * rect.height, left });
  const [from, to] = rtl ? [first.right, last.left] : [first.left, last.right];
  const inward = Math.abs(from - (rtl ? text.right : text.left)) < ROOM;
  return { start: at(first, from, inward === rtl), end: at(last, to, rtl) };
}
