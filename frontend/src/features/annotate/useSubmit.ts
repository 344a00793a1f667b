import { useEffect, useEffectEvent, useState } from "react";
import { submit } from "../../api/annotate";
import { ApiError } from "../../api/client";
import type { Submission } from "../../api/types";
import type { SubmitState } from "./SubmitBar";

const RETRY_MS = 5000;

/**
 * Sends a submission and, while the server cannot be reached, sends it again: the client id in it makes that safe.
 * `onExpired`: the lease ran out and the example is taken.
 */
export function useSubmit(assignment: number, onDone: () => void, onExpired: () => void) {
  const [state, setState] = useState<SubmitState>({ phase: "idle", message: "" });
  const [waiting, setWaiting] = useState<Submission | null>(null);

  const send = async (submission: Submission) => {
    setState({ phase: "busy", message: "" });
    setWaiting(null);
    try {
      await submit(assignment, submission);
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "assignment_expired") onExpired();
      const unreachable = error.status === 0 || error.status >= 502;
      setState({ phase: unreachable ? "offline" : "failed", message: error.message });
      if (unreachable) setWaiting(submission);
    }
  };

  const resend = useEffectEvent((submission: Submission) => void send(submission));
  useEffect(() => {
    if (!waiting) return;
    const again = () => resend(waiting);
    const timer = setTimeout(again, RETRY_MS);
    window.addEventListener("online", again);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", again);
    };
  }, [waiting]);

  return { state, send };
}
