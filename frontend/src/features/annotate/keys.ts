/** What a key does, by where the focus is. Single keys work only inside the desk's own regions (WCAG 2.1.4). */
import type { DeskAction } from "../../state/desk";

export type Zone = "text" | "cards" | "passages";
export type Command = DeskAction | { do: "passages" | "correction" | "help" | "skip" | "submit" | "toggleClean" | "addMissing" };
export type KeyPress = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

const inText = (key: string, extend: boolean): Command | null => {
  switch (key) {
    case "ArrowRight":
      return { do: "walk", by: 1, unit: "word", extend };
    case "ArrowLeft":
      return { do: "walk", by: -1, unit: "word", extend };
    case "ArrowDown":
      return { do: "walk", by: 1, unit: "sentence", extend };
    case "ArrowUp":
      return { do: "walk", by: -1, unit: "sentence", extend };
    case "s":
      return { do: "take", unit: "sentence" };
    case "d":
      return { do: "take", unit: "clause" };
    case "Enter":
      return { do: "finish" };
    default:
      return null;
  }
};

const anywhere: Record<string, Command> = {
  "]": { do: "nudge", edge: "end", by: 1 },
  "[": { do: "nudge", edge: "end", by: -1 },
  "}": { do: "nudge", edge: "start", by: 1 },
  "{": { do: "nudge", edge: "start", by: -1 },
  Delete: { do: "remove" },
  Backspace: { do: "remove" },
  Escape: { do: "escape" },
  m: { do: "addMissing" },
  c: { do: "correction" },
  e: { do: "passages" },
  n: { do: "toggleClean" },
  f: { do: "skip" },
  "?": { do: "help" },
};

/** The command, or null to leave the key to the browser. `zone` null: focus is in a field or outside the desk. */
export function commandFor(press: KeyPress, zone: Zone | null, typing: boolean, types: readonly { key: string; hotkey: string }[]): Command | null {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  // AltGr, which types brackets on many keyboards, reports Ctrl and Alt together.
  const altGraph = press.ctrlKey && press.altKey;
  if ((press.ctrlKey || press.metaKey) && !altGraph) {
    if (key === "Enter") return { do: "submit" };
    if (typing) return null;
    if (key === "z") return { do: press.shiftKey ? "redo" : "undo" };
    return key === "y" ? { do: "redo" } : null;
  }
  if (!zone || typing || (press.altKey && !altGraph)) return null;
  const type = types.find(({ hotkey }) => hotkey === key);
  if (type) return { do: "type", type: type.key };
  return (zone === "text" ? inText(key, press.shiftKey) : null) ?? anywhere[key] ?? null;
}
