/** What any part of the page says to a screen reader; the one live region of the page speaks it. */
import { useSyncExternalStore } from "react";

let said = { text: "" };
const listeners = new Set<() => void>();

/** Says it politely, also when it was the last thing said. */
export function say(text: string): void {
  said = { text };
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

/** What was said last: another object each time. */
export const useSaid = () => useSyncExternalStore(subscribe, () => said);
