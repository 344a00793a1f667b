/** The saved form of unfinished work, and which of two saved forms goes on. Pure; storage is elsewhere. */
import type { Work } from "./annotation";
import { replay, startHistory, type Entry, type History } from "./history";

export const DRAFT_FORMAT = 2;

/**
 * `client_id` makes the submit idempotent, so it is born with the draft and stays with it. `texts`: hashes of the responses,
 * so that offsets are never put on another text. `saved_at`: ISO time of the last change, by the browser's clock.
 * `tab` names the loaded page that wrote it. `log`: how the work came about.
 */
export type DraftBody = {
  format: number;
  client_id: string;
  tab: string;
  texts: string[];
  saved_at: string;
  active_seconds: number;
  work: Work;
  log: readonly Entry[];
};

/** What this browser holds: the draft, the server's revision that it grew from, and whether it holds more than that. */
export type LocalDraft = { revision: number; dirty: boolean; body: DraftBody };
export type ServerDraft = { revision: number; body: DraftBody };

export type Choice = { use: "new" } | { use: "local"; draft: LocalDraft } | { use: "server"; draft: ServerDraft } | { use: "ask"; local: LocalDraft; server: ServerDraft };

/**
 * Which draft to go on with: the newer where one grew from the other, else the annotator's choice. A page keeps each
 * change here before it sends it, so of two drafts that it wrote itself, the one kept here is never the older.
 */
export function chooseDraft(local: LocalDraft | null, server: ServerDraft | null): Choice {
  if (!local) return server ? { use: "server", draft: server } : { use: "new" };
  if (!server || server.revision <= local.revision || server.body.tab === local.body.tab) return { use: "local", draft: local };
  return local.dirty ? { use: "ask", local, server } : { use: "server", draft: server };
}

/** The draft in `value`, or null when it is none of ours or belongs to other texts. */
export function readDraft(value: unknown, texts: readonly string[]): DraftBody | null {
  const body = value as Partial<DraftBody> | null | undefined;
  if (typeof body !== "object" || body?.format !== DRAFT_FORMAT || typeof body.work !== "object") return null;
  return body.texts?.length === texts.length && texts.every((sha256, i) => body.texts?.[i] === sha256) ? (body as DraftBody) : null;
}

/**
 * The draft's history, so that undo reaches back over a reload. Where its log does not lead from `start` to its work
 * (another version of this page wrote it), the work counts and there is nothing to undo.
 */
export function historyOf({ work, log }: DraftBody, start: Work): History {
  const replayed = replay(start, log);
  return JSON.stringify(replayed.work) === JSON.stringify(work) ? { ...replayed, work, typing: null } : startHistory(work, log);
}
