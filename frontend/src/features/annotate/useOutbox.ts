import { useEffect, useEffectEvent, useState, useSyncExternalStore } from "react";
import { submit, whoIsIn } from "../../api/annotate";
import { dropSubmission, holdsSubmission, keepSubmission, readSubmissions, type Kept } from "../../api/local";
import type { Submitted } from "../../api/types";
import { createOutbox, type Outbox } from "./outbox";

/** The person's outbox, which sends on its own: at once, when the connection or the person is back, and again and again. */
export function useOutbox(user: number, onSent: (entry: Kept, submitted: Submitted) => void): Outbox {
  const sent = useEffectEvent(onSent);
  const [outbox] = useState(() =>
    createOutbox(user, {
      read: readSubmissions,
      keep: keepSubmission,
      drop: dropSubmission,
      holds: holdsSubmission,
      post: ({ assignment, submission }) => submit(assignment, submission),
      who: whoIsIn,
    }),
  );
  useEffect(() => {
    const deaf = outbox.onSent((entry, submitted) => sent(entry, submitted));
    const flush = () => void outbox.flush();
    const seen = () => {
      if (!document.hidden) flush();
    };
    // Only what no tab could bring back is worth a question.
    const leaving = (event: BeforeUnloadEvent) => {
      if (outbox.entries().some(({ kept }) => !kept)) event.preventDefault();
    };
    window.addEventListener("online", flush);
    document.addEventListener("visibilitychange", seen);
    window.addEventListener("focus", flush);
    window.addEventListener("beforeunload", leaving);
    return () => {
      deaf();
      window.removeEventListener("online", flush);
      document.removeEventListener("visibilitychange", seen);
      window.removeEventListener("focus", flush);
      window.removeEventListener("beforeunload", leaving);
    };
  }, [outbox]);
  return outbox;
}

export const useEntries = (outbox: Outbox) => useSyncExternalStore(outbox.subscribe, outbox.entries);
