/** What the ends of the focused mark are taken hold of by. Above the text and not in it: there they would part letters. */
import { useLayoutEffect, useState, type RefObject } from "react";
import { cardId, type DrawnMark } from "./Sentence";

/** `inward`: at the start of a line, where the gutter is beside it. */
type Place = { x: number; top: number; height: number; inward: boolean };
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
    <div key={edge} className="handle" data-hue={look?.hue} data-edge={edge} data-inward={places[edge].inward || undefined} aria-hidden="true" style={{ left: places[edge].x, top: places[edge].top, blockSize: places[edge].height }} />
  ));
}

function endsOf(frame: HTMLElement, id: number, rtl: boolean): { start: Place; end: Place } | null {
  const rects = [...frame.querySelectorAll(`mark[aria-details="${cardId(id)}"]`)].flatMap((piece) => [...piece.getClientRects()]);
  const [first, last] = [rects[0], rects.at(-1)];
  if (!first || !last) return null;
  const { left, top } = frame.getBoundingClientRect();
  const text = frame.querySelector(".response-text")!.getBoundingClientRect();
  const at = (rect: DOMRect, x: number): Place => ({ x: x - left, top: rect.top - top, height: rect.height, inward: (rtl ? text.right - x : x - text.left) < ROOM });
  return { start: at(first, rtl ? first.right : first.left), end: at(last, rtl ? last.left : last.right) };
}
