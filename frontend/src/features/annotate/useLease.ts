import { useEffect, useState, useSyncExternalStore } from "react";
import { heartbeat } from "../../api/annotate";
import { ApiError } from "../../api/client";

const BEAT_MS = 60_000;
const IDLE_MS = 60_000;

/** Keeps the assignment while its page is in sight; true once the server says that its time ran out. */
export function useLease(assignment: number): boolean {
  const [expired, setExpired] = useState(false);
  useEffect(() => {
    const beat = () => {
      if (document.hidden) return;
      heartbeat(assignment).then(
        () => setExpired(false),
        (error: unknown) => setExpired((was) => (error instanceof ApiError && error.status === 409 ? true : was)),
      );
    };
    const timer = setInterval(beat, BEAT_MS);
    document.addEventListener("visibilitychange", beat);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", beat);
    };
  }, [assignment]);
  return expired;
}

const connectivity = (changed: () => void) => {
  window.addEventListener("online", changed);
  window.addEventListener("offline", changed);
  return () => {
    window.removeEventListener("online", changed);
    window.removeEventListener("offline", changed);
  };
};

export const useOnline = () => useSyncExternalStore(connectivity, () => navigator.onLine);

/** Seconds with the page in sight, in focus, and touched within the last minute, on top of `before`. */
export function useActiveTime(before: number): () => number {
  const [clock] = useState(() => ({ seconds: before, touched: Date.now() }));
  useEffect(() => {
    const touch = () => {
      clock.touched = Date.now();
    };
    const tick = setInterval(() => {
      if (!document.hidden && document.hasFocus() && Date.now() - clock.touched < IDLE_MS) clock.seconds += 1;
    }, 1000);
    const events = ["keydown", "pointerdown", "pointermove", "wheel", "scroll"];
    for (const event of events) document.addEventListener(event, touch, { passive: true });
    return () => {
      clearInterval(tick);
      for (const event of events) document.removeEventListener(event, touch);
    };
  }, [clock]);
  return () => clock.seconds;
}
