/** The work as the fold of a command log: every edit, undo and redo since the text was opened, without limit. */
import { apply, type Edit, type Work } from "./annotation";

export type Step = Edit | { do: "undo" } | { do: "redo" };

/**
 * What was done without changing the work; it is logged, and no undo takes it back. `at` in the log says when. A proposal
 * is about words of a response: to mark them (`span`), or to take them out of its correction (`edit`).
 */
export type Note =
  | { do: "opened"; passage: number }
  | { do: "proposed" | "accepted" | "dismissed"; what: "span" | "edit"; response: number; start: number; end: number }
  | { do: "pasted"; characters: number };

/** `at`: milliseconds since 1970, by the browser's clock. */
export type Entry = (Step | Note) & { at: number };

/**
 * `typing`: the field that the last step was typed into; a run of typing there is one step. `clock`: what time
 * it is for the next entry of the log, so that steps stay pure.
 */
export type History = {
  readonly work: Work;
  readonly past: readonly Work[];
  readonly future: readonly Work[];
  readonly typing: string | null;
  readonly log: readonly Entry[];
  readonly clock: number;
};

export function startHistory(work: Work, log: readonly Entry[] = []): History {
  return { work, past: [], future: [], typing: null, log, clock: 0 };
}

/** The history after the step, logged; the very same object when the step changes nothing. */
export function step(history: History, action: Step): History {
  const { work, past, future, log, clock } = history;
  const entry = { ...action, at: clock };
  if (action.do === "undo") {
    const previous = past.at(-1);
    return previous ? { work: previous, past: past.slice(0, -1), future: [work, ...future], typing: null, log: [...log, entry], clock } : history;
  }
  if (action.do === "redo") {
    const next = future[0];
    return next ? { work: next, past: [...past, work], future: future.slice(1), typing: null, log: [...log, entry], clock } : history;
  }
  const after = apply(work, action);
  if (after === work) return history;
  const typing = fieldOf(action);
  const continues = typing !== null && typing === history.typing;
  return {
    work: after,
    past: continues ? past : [...past, work],
    future: [],
    typing,
    // Of a run of typing the log keeps the last text alone; a note in between keeps its place.
    log: continues && log.at(-1)?.do === action.do ? [...log.slice(0, -1), entry] : [...log, entry],
    clock,
  };
}

function fieldOf(edit: Edit): string | null {
  if (edit.do === "correct") return `correct ${edit.response}`;
  return edit.do === "write" ? `write ${edit.response} ${edit.key}` : null;
}

export function note(history: History, what: Note): History {
  // What follows a yes is an edit of its own, even amid typing.
  const typing = what.do === "accepted" ? null : history.typing;
  return { ...history, typing, log: [...history.log, { ...what, at: history.clock }] };
}

const notes: readonly string[] = ["opened", "proposed", "accepted", "dismissed", "pasted"] satisfies Note["do"][];

export function isNote<Other extends { do: string }>(action: Note | Other): action is Note {
  return notes.includes(action.do);
}

/** The history that the log describes, from the work that it started with. */
export function replay(start: Work, log: readonly Entry[]): History {
  return log.reduce((history: History, { at, ...action }) => {
    const now = { ...history, clock: at };
    return isNote(action) ? note(now, action) : step(now, action as Step);
  }, startHistory(start));
}

/** The passages (from 1) that have been opened. */
export function openedPassages({ log }: History): ReadonlySet<number> {
  return new Set(log.flatMap((entry) => (entry.do === "opened" ? [entry.passage] : [])));
}

/** Those of `count` passages that have not been opened; a lone one stands open. */
export function unopenedPassages(history: History, count: number): number[] {
  const opened = openedPassages(history);
  return count < 2 ? [] : Array.from({ length: count }, (_, i) => i + 1).filter((passage) => !opened.has(passage));
}
