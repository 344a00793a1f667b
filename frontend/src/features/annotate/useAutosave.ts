import { useEffect, useEffectEvent, useRef, useState } from "react";
import { getAssignment, putDraft } from "../../api/annotate";
import { ApiError } from "../../api/client";
import { keepDraft, randomUuid } from "../../api/local";
import type { DraftBody } from "../../state/draft";
import type { History } from "../../state/history";
import { createSaver, type SaveStatus } from "./saver";

/** Where the work on an assignment goes on from; `unsaved`: the server does not hold it yet. `key`: where this browser keeps it. */
export type Start = { body: DraftBody; revision: number; unsaved: boolean; key: string };

/** Saves over the revision, or over a newer one that this work grew from although the answer to it got lost. */
async function putOver(assignment: number, revision: number, draft: DraftBody, ancestor: string): Promise<number> {
  try {
    return await putDraft(assignment, revision, draft);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "draft_conflict") throw error;
    const stored = (await getAssignment(assignment)).draft;
    if (stored?.body.tab !== draft.tab && stored?.body.tab !== ancestor) throw error;
    return putDraft(assignment, stored.revision, draft);
  }
}

/** Saves the work and its log whenever they change, in the live tab. `onConflict`: the server holds a newer draft; nothing more is saved there. */
export function useAutosave(assignment: number, start: Start, { work, log }: History, activeSeconds: () => number, onConflict: (mine: DraftBody) => void, live: boolean) {
  const [status, setStatus] = useState<SaveStatus>(() =>
    start.revision > 0 ? { where: "server", at: Date.parse(start.body.saved_at), signedOut: false } : { where: "nothing", at: null, signedOut: false },
  );
  const saver = useRef<ReturnType<typeof createSaver> | null>(null);
  const [tab] = useState(randomUuid);
  const body = (): DraftBody => ({ ...start.body, tab, saved_at: new Date().toISOString(), active_seconds: activeSeconds(), work, log });

  const conflict = useEffectEvent(() => onConflict(body()));
  useEffect(() => {
    if (!live) return undefined;
    const created = createSaver(
      {
        keep: (draft) => keepDraft(start.key, draft),
        put: (revision, draft) => putOver(assignment, revision, draft, start.body.tab || tab),
        report: setStatus,
        conflict: () => conflict(),
      },
      start.revision,
    );
    saver.current = created;
    if (start.unsaved) created.save({ ...start.body, tab });
    const flush = () => void created.flush();
    window.addEventListener("online", flush);
    window.addEventListener("focus", flush);
    document.addEventListener("visibilitychange", flush);
    return () => {
      created.stop();
      window.removeEventListener("online", flush);
      window.removeEventListener("focus", flush);
      document.removeEventListener("visibilitychange", flush);
    };
  }, [assignment, start, tab, live]);

  const save = useEffectEvent(() => saver.current?.save(body()));
  const last = useRef(log);
  useEffect(() => {
    if (log === last.current) return;
    last.current = log;
    save();
  }, [log]);

  const flush = () => void saver.current?.flush();
  return { status, flush };
}
