/**
 * What this browser keeps of the annotator's work: drafts, and submissions that the server has not answered. IndexedDB
 * may be full or forbidden: then nothing is kept, which every writer is told, and nothing breaks.
 */
import { createStore, del, get, promisifyRequest, values, type UseStore } from "idb-keyval";
import type { Submission } from "./types";

/** `draft`: the key of the draft that it was made of. `at`: when, in ms since 1970. */
export type Kept = { user: number; project: number; assignment: number; question: string; draft: string; at: number; submission: Submission };

// Opened at the first use, so that a browser without IndexedDB fails there and not while the page loads.
const open = (name: string) => {
  let store: UseStore | undefined;
  return () => (store ??= createStore(`redpen-${name}`, name));
};
const drafts = open("drafts");
const submissions = open("submissions");

/** Committed at once, for a transaction that waits for its page is lost with a page that is killed. */
const set = (key: string, value: unknown, store: UseStore): Promise<void> =>
  store("readwrite", (objects) => {
    objects.put(value, key);
    objects.transaction.commit();
    return promisifyRequest<undefined>(objects.transaction);
  });

const kept = (write: () => Promise<void>): Promise<boolean> =>
  Promise.resolve().then(write).then(
    () => true,
    () => false,
  );

async function read<T>(reading: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await reading();
  } catch {
    return otherwise;
  }
}

export const readDraftAt = (key: string): Promise<unknown> => read(() => get(key, drafts()), undefined);
export const keepDraft = (key: string, draft: unknown): Promise<boolean> => kept(() => set(key, draft, drafts()));
export const dropDraft = (key: string): Promise<boolean> => kept(() => del(key, drafts()));

export const readSubmissions = (): Promise<Kept[]> => read(() => values<Kept>(submissions()), []);
export const keepSubmission = (entry: Kept): Promise<boolean> => kept(() => set(entry.submission.client_id, entry, submissions()));
export const dropSubmission = (client_id: string): Promise<boolean> => kept(() => del(client_id, submissions()));
/** Whether it is still waiting here: another tab may have sent it. */
export const holdsSubmission = (client_id: string): Promise<boolean> => read(async () => (await get(client_id, submissions())) !== undefined, true);

/** A random UUID; `crypto.randomUUID` exists only on https and localhost, and a lab may serve plain http. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
