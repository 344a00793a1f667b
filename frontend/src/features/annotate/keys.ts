/** What a key does, by where the focus is. Single keys work only inside the desk's own regions (WCAG 2.1.4). */
import type { DeskAction } from "../../state/desk";

export type Zone = "text" | "list" | "cards" | "passages" | "compare";
export type Command = DeskAction | { do: "passages" | "correction" | "guideline" | "help" | "skip" | "report" | "submit" | "toggleClean" | "addMissing" | "find" | "openAll" | "list" };
export type KeyPress = Pick<KeyboardEvent, "key" | "code" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

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
    case "Home":
      return { do: "walk", by: -1, unit: "line", extend };
    case "End":
      return { do: "walk", by: 1, unit: "line", extend };
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

const brackets: Record<string, Pick<Extract<DeskAction, { do: "nudge" }>, "edge" | "by">> = {
  "]": { edge: "end", by: 1 },
  "[": { edge: "end", by: -1 },
  "}": { edge: "start", by: 1 },
  "{": { edge: "start", by: -1 },
};

/** With Alt, what goes by words goes by graphemes; the browser's own meaning, such as going back a page, is lost here. */
function byGrapheme({ key, code, shiftKey }: KeyPress, zone: Zone): Command | null {
  if (zone === "text" && (key === "ArrowRight" || key === "ArrowLeft")) return { do: "walk", by: key === "ArrowRight" ? 1 : -1, unit: "grapheme", extend: shiftKey };
  // Alt changes what some keyboards type, so that the place of the key counts too.
  const bracket = brackets[key] ?? { BracketRight: brackets[shiftKey ? "}" : "]"], BracketLeft: brackets[shiftKey ? "{" : "["] }[code];
  return bracket ? { do: "nudge", ...bracket, unit: "grapheme" } : null;
}

const anywhere: Record<string, Command> = {
  Delete: { do: "remove" },
  Backspace: { do: "remove" },
  Escape: { do: "escape" },
  m: { do: "addMissing" },
  c: { do: "correction" },
  "/": { do: "find" },
  o: { do: "openAll" },
  l: { do: "list" },
  e: { do: "passages" },
  n: { do: "toggleClean" },
  f: { do: "skip" },
  r: { do: "report" },
  g: { do: "guideline" },
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
    if (zone === "text" && (key === "Home" || key === "End")) return { do: "walk", by: key === "End" ? 1 : -1, unit: "text", extend: press.shiftKey };
    if (zone === "text" && (key === "ArrowRight" || key === "ArrowLeft")) return { do: "walk", by: key === "ArrowRight" ? 1 : -1, unit: "leap", extend: press.shiftKey };
    if (key === "z") return { do: press.shiftKey ? "redo" : "undo" };
    return key === "y" ? { do: "redo" } : null;
  }
  if (!zone || typing) return null;
  // Where responses are compared, the other keys are that region's own.
  if (zone === "compare") return "frg?/oe".includes(key) ? anywhere[key]! : null;
  if (press.altKey && !altGraph) return byGrapheme(press, zone);
  const type = types.find(({ hotkey }) => hotkey === key);
  if (type) return { do: "type", type: type.key };
  const bracket = brackets[key];
  if (bracket) return { do: "nudge", ...bracket, unit: "word" };
  return (zone === "text" ? inText(key, press.shiftKey) : null) ?? anywhere[key] ?? null;
}
