import { useEffect, useEffectEvent } from "react";

/** Calls `onKey` for each plain key pressed where responses are compared; true keeps it from meaning anything else. */
export function useCompareKeys(onKey: (key: string, target: Element) => boolean) {
  const handle = useEffectEvent((event: KeyboardEvent) => {
    const { target, key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey || !(target instanceof Element) || !target.closest("[data-zone=compare]")) return;
    if (onKey(key, target)) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    // Before the keys of the whole desk, some of which are letters that also name a response.
    document.addEventListener("keydown", listener, true);
    return () => document.removeEventListener("keydown", listener, true);
  }, []);
}
