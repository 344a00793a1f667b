/** Dragging a response to its place: by mouse, pen or finger, with the page scrolling along. */
import { useEffect, useEffectEvent, useRef, useState, type PointerEvent, type RefObject } from "react";
import { dropPlace, type Extent, type Place } from "./drop";

/** `by`: how far the response has been dragged down, in pixels of the page. */
export type Drag = { response: number; by: number; place: Place };

/** This close to the edge of the window the page scrolls. */
const EDGE = 80;
const STEP = 12;

export function useDrag(list: RefObject<HTMLElement | null>, onDrop: (response: number, place: Place) => void) {
  const [drag, setDrag] = useState<Drag | null>(null);
  // `place`: null until it has moved further than a click trembles. Here too, since what is drawn lags behind the pointer.
  const pointer = useRef<{ response: number; from: number; y: number; place: Place | null; letGo: () => void } | null>(null);

  const follow = () => {
    const { response, from, y } = pointer.current!;
    const place = dropPlace(extents(list.current!), y);
    pointer.current!.place = place;
    setDrag({ response, by: y + window.scrollY - from, place });
  };

  const scroll = useEffectEvent(() => {
    // Let go, and the next drawing, which stops this, is still to come.
    if (!pointer.current) return;
    const { y } = pointer.current;
    const by = y < EDGE ? -STEP : y > window.innerHeight - EDGE ? STEP : 0;
    if (by === 0) return;
    window.scrollBy(0, by);
    follow();
  });
  const dragging = drag !== null;
  useEffect(() => {
    if (!dragging) return;
    const timer = setInterval(() => scroll(), 16);
    const cancel = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      // The pointer is still down; what it does from here on is nothing to this.
      pointer.current!.letGo();
    };
    document.addEventListener("keydown", cancel, true);
    return () => {
      clearInterval(timer);
      document.removeEventListener("keydown", cancel, true);
    };
  }, [dragging]);

  /** The handlers of the grip by which `response` is dragged. */
  const grip = (response: number) => ({
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      const { currentTarget: grip, pointerId, clientY: y } = event;
      grip.setPointerCapture(pointerId);
      pointer.current = { response, from: y + window.scrollY, y, place: null, letGo: () => grip.releasePointerCapture(pointerId) };
    },
    onPointerMove: (event: PointerEvent<HTMLElement>) => {
      if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
      const held = pointer.current!;
      held.y = event.clientY;
      if (held.place || Math.abs(event.clientY + window.scrollY - held.from) >= 4) follow();
    },
    onPointerUp: (event: PointerEvent<HTMLElement>) => {
      const held = pointer.current;
      if (!held?.place) return;
      // Let go where it is, it lands where that was shown, even if the board has grown since.
      if (event.clientY !== held.y) {
        held.y = event.clientY;
        follow();
      }
      onDrop(response, held.place);
      setDrag(null);
    },
    onLostPointerCapture: () => {
      pointer.current = null;
      setDrag(null);
    },
  });
  return { drag, grip };
}

/** Top and bottom of each tier, in pixels of the window. */
function extents(list: HTMLElement): Extent[] {
  const tiers: Extent[] = [];
  for (const row of list.querySelectorAll<HTMLElement>("[data-tier]")) {
    const { top, bottom } = row.getBoundingClientRect();
    const tier = Number(row.dataset.tier);
    tiers[tier] = { top: tiers[tier]?.top ?? top, bottom };
  }
  return tiers;
}
