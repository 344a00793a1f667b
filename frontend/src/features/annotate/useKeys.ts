import { useEffect, useEffectEvent } from "react";
import { commandFor, type Command, type Zone } from "./keys";

/** Calls `run` for each key that means something where the focus is; dialogs keep their own keys. */
export function useKeys(types: readonly { key: string; hotkey: string }[], run: (command: Command, zone: Zone | null) => void) {
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.isComposing || document.querySelector("dialog[open]")) return;
    const target = event.target instanceof Element ? event.target : null;
    const typing = target?.matches("textarea, select, input:not([type=checkbox]):not([type=radio])") ?? false;
    const zone = (target?.closest<HTMLElement>("[data-zone]")?.dataset.zone as Zone | undefined) ?? null;
    const command = commandFor(event, zone, typing, types);
    if (!command) return;
    event.preventDefault();
    run(command, zone);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    document.addEventListener("keydown", listener);
    return () => document.removeEventListener("keydown", listener);
  }, []);
}
