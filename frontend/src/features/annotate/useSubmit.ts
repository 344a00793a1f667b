import { useEffect, useEffectEvent, useRef, useState } from "react";
import { submit } from "../../api/annotate";
import { ApiError } from "../../api/client";
import type { Submission } from "../../api/types";
import type { Work } from "../../state/annotation";
import type { SubmitState } from "./SubmitBar";

const RETRY_MS = 5000;

/** Answers after which this work can no longer be submitted, whatever is done with it. */
const FINAL = ["assignment_expired", "assignment_released", "already_submitted", "idempotency_mismatch"] as const;
export type Final = (typeof FINAL)[number];

/**
 * Sends a submission and, while the server cannot be reached, sends it again: the client id in it makes that safe.
 * Unchanged work goes out unchanged, active time included, because the server compares the whole body.
 */
export function useSubmit(assignment: number, onDone: () => void, onFinal: (code: Final) => void) {
  const [state, setState] = useState<SubmitState>({ phase: "idle", message: "" });
  const [waiting, setWaiting] = useState<Submission | null>(null);
  const sent = useRef<{ work: Work; submission: Submission } | null>(null);

  const post = async (submission: Submission) => {
    setState({ phase: "busy", message: "" });
    setWaiting(null);
    try {
      await submit(assignment, submission);
      onDone();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const final = FINAL.find((code) => code === error.code);
      if (final) onFinal(final);
      const unreachable = error.status === 0 || error.status >= 502;
      setState({ phase: unreachable ? "offline" : "failed", message: error.message });
      if (unreachable) setWaiting(submission);
    }
  };

  const resend = useEffectEvent((submission: Submission) => void post(submission));
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

  const send = (work: Work, build: () => Submission) => {
    if (sent.current?.work !== work) sent.current = { work, submission: build() };
    void post(sent.current.submission);
  };
  return { state, send };
}
