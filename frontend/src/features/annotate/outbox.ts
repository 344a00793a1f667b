/**
 * Submissions on their way. Each is kept in this browser before it is sent, goes out until the server has answered,
 * always with the same client id and body, and outlives the tab. Pure but for its ports.
 */
import { ApiError } from "../../api/client";
import type { Kept } from "../../api/local";
import type { Submitted } from "../../api/types";

/** Answers after which this work can no longer be submitted, whatever is done with it. */
const FINAL = ["assignment_released", "already_submitted", "idempotency_mismatch"] as const;
export type Final = (typeof FINAL)[number];

export const finalOf = (error: unknown): Final | null => (error instanceof ApiError ? (FINAL.find((code) => code === error.code) ?? null) : null);

/**
 * `waiting`: no answer came, and it goes out again. `signed_out`: it goes out once its person is signed in. `refused`:
 * the annotator is needed. `kept`: whether it would outlive this tab.
 */
export type Entry = Kept & { kept: boolean; state: "sending" | "waiting" | "signed_out" | "refused"; final: Final | null; message: string };

export type OutboxPorts = {
  read: () => Promise<Kept[]>;
  keep: (entry: Kept) => Promise<boolean>;
  drop: (client_id: string) => Promise<unknown>;
  /** Whether it is still kept: another tab may have sent it. */
  holds: (client_id: string) => Promise<boolean>;
  post: (entry: Kept) => Promise<Submitted>;
  /** The person who is signed in now; null: nobody. */
  who: () => Promise<number | null>;
};

type Sent = (entry: Kept, submitted: Submitted) => void;

const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 60_000;

export type Outbox = ReturnType<typeof createOutbox>;

/** The outbox of one person; what others left in this browser stays where it is. */
export function createOutbox(user: number, ports: OutboxPorts) {
  let entries: readonly Entry[] = [];
  let pause = FIRST_RETRY_MS;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  const listeners = new Set<() => void>();
  const told = new Set<Sent>();

  function become(next: readonly Entry[]) {
    entries = next;
    for (const listener of listeners) listener();
  }
  const idOf = ({ submission }: Kept) => submission.client_id;
  const change = (entry: Kept, to: Partial<Entry>) => become(entries.map((each) => (idOf(each) === idOf(entry) ? { ...each, ...to } : each)));
  const forget = (entry: Kept) => become(entries.filter((each) => idOf(each) !== idOf(entry)));

  /** Reads what earlier pages left behind, and what other tabs have added. */
  async function reload(): Promise<void> {
    const known = new Set(entries.map(idOf));
    const found = (await ports.read()).filter((entry) => entry.user === user && !known.has(idOf(entry)));
    if (found.length > 0) become([...entries, ...found.map((entry): Entry => ({ ...entry, kept: true, state: "sending", final: null, message: "" }))]);
  }

  /** Sends all that can be sent, oldest first, one at a time. */
  async function flush(): Promise<void> {
    if (busy) return;
    busy = true;
    clearTimeout(timer);
    const failed = new Set<string>();
    let entry: Entry | undefined;
    const sendable = (each: Entry) => each.state !== "refused" && !failed.has(idOf(each));
    while ((entry = entries.find(sendable))) if (!(await send(entry))) failed.add(idOf(entry));
    busy = false;
    if (failed.size === 0) pause = FIRST_RETRY_MS;
    else {
      timer = setTimeout(() => void flush(), pause);
      pause = Math.min(2 * pause, LAST_RETRY_MS);
    }
  }

  /** Whether the server has answered. */
  async function send(entry: Entry): Promise<boolean> {
    if (entry.kept && !(await ports.holds(idOf(entry)))) {
      forget(entry);
      return true;
    }
    try {
      const submitted = await ports.post(entry);
      await ports.drop(idOf(entry));
      forget(entry);
      for (const tell of told) tell(entry, submitted);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const state = await stateAfter(error);
      change(entry, { state, message: error.message, final: state === "refused" ? finalOf(error) : null });
      return state === "refused";
    }
  }

  async function stateAfter({ status, signedOut }: ApiError): Promise<Entry["state"]> {
    if (signedOut) return "signed_out";
    if (status === 0 || status === 408 || status === 429 || status >= 500) return "waiting";
    // Somebody else may have signed in meanwhile, to whom this is none of their business.
    if (status === 403 || status === 404) {
      const now = await ports.who().catch(() => user);
      return now === user ? "refused" : "signed_out";
    }
    return "refused";
  }

  return {
    reload,
    flush,
    entries: () => entries,
    subscribe(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    /** Calls `listener` with each that the server has accepted. */
    onSent(listener: Sent) {
      told.add(listener);
      return () => void told.delete(listener);
    },
    /** Keeps it and sends it; whether it would outlive this tab. */
    async add(entry: Kept): Promise<boolean> {
      const kept = await ports.keep(entry);
      become([...entries.filter((each) => idOf(each) !== idOf(entry)), { ...entry, kept, state: "sending", final: null, message: "" }]);
      void flush();
      return kept;
    },
    /** Resolves to whether it was accepted, once the server has answered. */
    accepted: (entry: Kept) =>
      new Promise<boolean>((answer) => {
        const look = () => {
          const found = entries.find((each) => idOf(each) === idOf(entry));
          if (found && found.state !== "refused") return;
          listeners.delete(look);
          answer(!found);
        };
        listeners.add(look);
        look();
      }),
    /** Gives up sending what was refused. */
    async remove(entry: Kept): Promise<void> {
      await ports.drop(idOf(entry));
      forget(entry);
    },
  };
}
