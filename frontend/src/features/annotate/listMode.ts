/** Whether the response is a list of sentences with fields, for screen readers; remembered in this browser. */
import { useSyncExternalStore } from "react";

const KEY = "redpen:list";
const listeners = new Set<() => void>();

function stored(): boolean {
  try {
    return localStorage.getItem(KEY) === "on";
  } catch {
    return false;
  }
}

let on: boolean | null = null;

export function toggleListMode(): void {
  on = !(on ?? stored());
  try {
    localStorage.setItem(KEY, on ? "on" : "off");
  } catch {
    // The choice then lasts as long as the page.
  }
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

export const useListMode = () => useSyncExternalStore(subscribe, () => (on ??= stored()));
