import { useEffect, useState, useSyncExternalStore } from "react";
import { heartbeat } from "../../api/annotate";
import { ApiError } from "../../api/client";
import { finalOf, type Final } from "./outbox";

const BEAT_MS = 15_000;
const IDLE_MS = 60_000;

/**
 * `held`: nobody else gets the text. `lost`: somebody else has it, and work on it would be surplus. Else why it cannot
 * be submitted at all any more.
 */
export type Lease = "held" | "lost" | Final;

/** Keeps the assignment while its page is in sight. The server takes a lease that ran out up again by itself, if it can. */
export function useLease(assignment: number, enabled: boolean): { lease: Lease; signedOut: boolean } {
  const [state, setState] = useState({ lease: "held" as Lease, signedOut: false });
  useEffect(() => {
    if (!enabled) return undefined;
    let gone = false;
    const become = (lease: Lease) => {
      if (!gone) setState({ lease, signedOut: false });
    };
    const beat = () => {
      if (document.hidden) return;
      heartbeat(assignment).then(
        () => become("held"),
        (error: unknown) => {
          const final = finalOf(error);
          if (final) become(final);
          else if (error instanceof ApiError && error.code === "assignment_expired") become("lost");
          else if (error instanceof ApiError && error.signedOut && !gone) setState(({ lease }) => ({ lease, signedOut: true }));
        },
      );
    };
    beat();
    const timer = setInterval(beat, BEAT_MS);
    document.addEventListener("visibilitychange", beat);
    window.addEventListener("focus", beat);
    window.addEventListener("online", beat);
    return () => {
      gone = true;
      clearInterval(timer);
      document.removeEventListener("visibilitychange", beat);
      window.removeEventListener("focus", beat);
      window.removeEventListener("online", beat);
    };
  }, [assignment, enabled]);
  return state;
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
