/** The record as it is made: with undo, kept in this browser at once, and by the server a moment later. */
import { useEffect, useReducer, useRef, useState } from "react";
import { ApiError } from "../../../api/client";
import { putAdjudication, settleAdjudication, type Adjudication } from "../../../api/console";
import { dropDraft, keepDraft } from "../../../api/local";
import { rule, type Act, type Ruling } from "../../../state/adjudication";
import { startSession, stepSession, type Session, type Step } from "../../../state/session";
import { startOf, workOf, type Case } from "./cases";

/** What this browser keeps: a record that the server may not have, and the version that it was made from. */
export type KeptRuling = { version: number; ruling: Ruling };
export type Saving = "saved" | "unsaved" | "saving" | "offline" | "conflict" | "refused";

export const localKey = (example: number) => `adjudication:${example}`;

const PAUSE_MS = 800;
const RETRY_MS = 5_000;

const fieldOf = (act: Act) => (act.do === "correct" ? `correct ${act.response}` : null);
const step = (session: Session<Ruling>, act: Step<Act>) => stepSession(session, act, rule, fieldOf);

export function useRuling(about: Case, local: KeptRuling | null, onSettled: (row: Adjudication) => void) {
  const { id, adjudication } = about.detail;
  const [session, dispatch] = useReducer(step, about, (opened) => startSession(local?.ruling ?? startOf(opened)));
  const [saving, setSaving] = useState<Saving>(local ? "unsaved" : "saved");
  const [problem, setProblem] = useState<unknown>(null);
  const version = useRef(adjudication?.version ?? 0);
  const [stored, setStored] = useState<Ruling | null>(local ? null : session.now);
  const latest = useRef(session.now);
  const busy = useRef<Promise<unknown>>(Promise.resolve());

  const send = (settle: boolean): Promise<Adjudication | null> => {
    const sent = busy.current.then(async () => {
      const ruling = latest.current;
      setSaving("saving");
      try {
        const row = await (settle ? settleAdjudication : putAdjudication)(id, version.current, workOf(about, ruling));
        version.current = row.version;
        setStored(ruling);
        if (latest.current === ruling) await dropDraft(localKey(id));
        setSaving(latest.current === ruling ? "saved" : "unsaved");
        setProblem(null);
        if (settle) onSettled(row);
        return row;
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        const lost = error.code === "version_conflict" || error.code === "adjudication_settled";
        setSaving(lost ? "conflict" : error.status === 0 || error.status >= 500 ? "offline" : "refused");
        setProblem(error);
        return null;
      }
    });
    busy.current = sent;
    return sent;
  };

  useEffect(() => {
    latest.current = session.now;
    if (session.now === stored || saving === "conflict") return;
    void keepDraft(localKey(id), { version: version.current, ruling: session.now } satisfies KeptRuling);
    const timer = setTimeout(() => void send(false), saving === "offline" ? RETRY_MS : PAUSE_MS);
    return () => clearTimeout(timer);
    // A refused save waits for the next change; one that found no server is tried again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [session.now, saving === "offline", saving === "conflict"]);

  /** Goes on from the version that somebody else stored, with what is here. */
  const overwrite = (newest: number) => {
    version.current = newest;
    setStored(null);
    void send(false);
  };
  const shown = saving === "saved" && session.now !== stored ? "unsaved" : saving;
  return { ruling: session.now, dispatch, saving: shown, problem, settle: () => send(true), overwrite, undo: session.past.length > 0, redo: session.future.length > 0 };
}
