/** What a key does while the focus is among the disputes. */
import type { Act, Dispute, Kept } from "../../../state/adjudication";
import { nudge, stopsOf, type TextModel } from "../../../state/selection";
import { letter } from "./cases";

export type Command = Act | { do: "undo" } | { do: "redo" } | { do: "go"; by: 1 | -1 } | { do: "settle" } | { do: "next" };
type Press = Pick<KeyboardEvent, "key" | "shiftKey" | "ctrlKey" | "metaKey" | "altKey">;

const BRACKETS: Record<string, ["start" | "end", 1 | -1]> = { "[": ["end", -1], "]": ["end", 1], "{": ["start", -1], "}": ["start", 1] };

/** Null leaves the key to the browser. `types`: those that the dispute's marks can have. */
export function commandFor(press: Press, dispute: Dispute | undefined, text: TextModel | undefined, types: readonly { key: string; hotkey: string }[]): Command | null {
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key;
  if (press.ctrlKey || press.metaKey) return key === "z" ? { do: press.shiftKey ? "redo" : "undo" } : key === "y" ? { do: "redo" } : null;
  if (press.altKey) return null;
  const mark: Kept | undefined = dispute?.kept[0];
  switch (key) {
    case "ArrowDown":
    case "j":
      return { do: "go", by: 1 };
    case "ArrowUp":
    case "k":
      return { do: "go", by: -1 };
    case "s":
      return { do: "settle" };
    case "n":
      return { do: "next" };
  }
  if (!dispute) return null;
  const { response, votes } = dispute;
  if (key === "u" || key === "i") return { do: "merge", votes, how: key === "u" ? "union" : "intersection" };
  if (key === "x") return { do: "reject", votes, reason: "no_error" };
  const vote = votes.find(({ person }) => letter(person).toLowerCase() === key);
  if (vote) return { do: "take", vote, beside: press.shiftKey };
  if (!mark) return null;
  if (key === "Delete" || key === "Backspace") return { do: "drop", response, id: mark.id };
  const type = types.find(({ hotkey }) => hotkey === key);
  if (type) return { do: "retype", response, id: mark.id, type: type.key };
  const [edge, by] = BRACKETS[key] ?? [];
  return edge && by && text && mark.span ? { do: "resize", response, id: mark.id, span: nudge(stopsOf(text, "word"), mark.span, edge, by) } : null;
}
