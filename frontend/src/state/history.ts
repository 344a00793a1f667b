/** Undo and redo of edits, without limit. A run of typing in one correction counts as one step. */
import { apply, type Edit, type Work } from "./annotation";

export type History = { readonly work: Work; readonly past: readonly Work[]; readonly future: readonly Work[]; readonly typing: number | null };
export type Step = Edit | { do: "undo" } | { do: "redo" };

export function startHistory(work: Work): History {
  return { work, past: [], future: [], typing: null };
}

export function step(history: History, action: Step): History {
  const { work, past, future } = history;
  if (action.do === "undo") {
    const previous = past.at(-1);
    return previous ? { work: previous, past: past.slice(0, -1), future: [work, ...future], typing: null } : history;
  }
  if (action.do === "redo") {
    const next = future[0];
    return next ? { work: next, past: [...past, work], future: future.slice(1), typing: null } : history;
  }
  const after = apply(work, action);
  if (after === work) return history;
  const typing = action.do === "correct" ? action.response : null;
  const continues = typing !== null && typing === history.typing;
  return { work: after, past: continues ? past : [...past, work], future: [], typing };
}
