/** Saves a draft in the background: in this browser at once, on the server soon after, one request at a time. */
import { ApiError } from "../../api/client";
import type { DraftBody, LocalDraft } from "../../state/draft";

/** `at`: time in ms of the last save there; null before the first. `signedOut`: the server refused because nobody is. */
export type SaveStatus = { where: "nothing" | "browser" | "server"; at: number | null; signedOut: boolean };

export type SaverPorts = {
  keep: (draft: LocalDraft) => void;
  /** Saves over the revision and resolves to the next one. */
  put: (revision: number, body: DraftBody) => Promise<number>;
  report: (status: SaveStatus) => void;
  conflict: () => void;
};

const PAUSE_MS = 800;
const RETRY_MS = 5000;

/** A saver that starts from the server's `revision` (0: the server holds none). */
export function createSaver(ports: SaverPorts, revision: number) {
  let latest: DraftBody | null = null;
  let saved: DraftBody | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let keptAt = 0;
  let busy = false;
  let stopped = false;

  function schedule(ms: number) {
    clearTimeout(timer);
    timer = setTimeout(() => void flush(), ms);
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
      if (!stopped) ports.report({ where: "browser", at: keptAt, signedOut: error instanceof ApiError && error.signedOut });
      return RETRY_MS;
    }
    saved = body;
    if (!stopped) {
      ports.keep({ revision, dirty: latest !== body, body: latest ?? body });
      ports.report({ where: latest === body ? "server" : "browser", at: Date.now(), signedOut: false });
    }
    return PAUSE_MS;
  }

  return {
    /** Keeps `body` in the browser now, and on the server once the changes pause. */
    save(body: DraftBody) {
      if (stopped) return;
      latest = body;
      keptAt = Date.now();
      ports.keep({ revision, dirty: true, body });
      ports.report({ where: "browser", at: keptAt, signedOut: false });
      schedule(PAUSE_MS);
    },
    flush,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
