/** Saves a draft in the background: in this browser at once, on the server soon after, one request at a time. */
import { ApiError } from "../../api/client";
import type { DraftBody, LocalDraft } from "../../state/draft";

/**
 * Where the newest state of the work is; `nowhere`: only on the page, which it leaves within moments unless the browser
 * forbids it. `at`: time in ms of the last change or save; null before the first. `signedOut`: the server refused
 * because nobody is signed in.
 */
export type SaveStatus = { where: "nothing" | "nowhere" | "browser" | "server"; at: number | null; signedOut: boolean };

export type SaverPorts = {
  /** Keeps the draft in this browser; whether that worked. */
  keep: (draft: LocalDraft) => Promise<boolean>;
  /** Saves over the revision and resolves to the next one. */
  put: (revision: number, body: DraftBody) => Promise<number>;
  report: (status: SaveStatus) => void;
  conflict: () => void;
};

const PAUSE_MS = 800;
/** Whoever types without a pause is saved this often. */
const LONGEST_MS = 5000;
const RETRY_MS = 5000;

/** A saver that starts from the server's `revision` (0: the server holds none). */
export function createSaver(ports: SaverPorts, revision: number) {
  let latest: DraftBody | null = null;
  let saved: DraftBody | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let changedAt = 0;
  let unsavedSince = 0;
  let signedOut = false;
  let newest: LocalDraft | null = null;
  let where: SaveStatus["where"] = "nothing";
  let busy = false;
  let stopped = false;

  const report = (now: SaveStatus["where"], at: number) => {
    where = now;
    if (!stopped) ports.report({ where, at, signedOut });
  };

  function schedule(ms: number) {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
  }

  /** Each state is handed over at once: what waits in the page is lost with a page that is killed. */
  async function keep(draft: LocalDraft): Promise<void> {
    newest = draft;
    if ((await ports.keep(draft)) && newest === draft && latest !== saved) report("browser", changedAt);
  }

  async function flush(): Promise<void> {
    if (busy || stopped || !latest || latest === saved) return;
    const body = latest;
    busy = true;
    const pause = await send(body).finally(() => {
      busy = false;
    });
    if (!stopped && latest !== saved) schedule(pause);
  }

  /** One request; resolves to the pause in ms before the next. */
  async function send(body: DraftBody): Promise<number> {
    try {
      revision = await ports.put(revision, body);
    } catch (error) {
      if (!stopped && error instanceof ApiError && error.code === "draft_conflict") {
        stopped = true;
        ports.conflict();
      }
      const was = signedOut;
      signedOut = error instanceof ApiError && error.signedOut;
      if (signedOut !== was) report(where, changedAt);
      return RETRY_MS;
    }
    saved = body;
    signedOut = false;
    if (!stopped) {
      unsavedSince = Date.now();
      void keep({ revision, dirty: latest !== body, body: latest ?? body });
      if (latest === body) report("server", Date.now());
    }
    return PAUSE_MS;
  }

  return {
    /** Keeps `body` in the browser now, and on the server once the changes pause. */
    save(body: DraftBody) {
      if (stopped) return;
      changedAt = Date.now();
      if (latest === saved) unsavedSince = changedAt;
      latest = body;
      report("nowhere", changedAt);
      void keep({ revision, dirty: true, body });
      schedule(Math.max(0, Math.min(PAUSE_MS, unsavedSince + LONGEST_MS - changedAt)));
    },
    flush,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
