/** A lesson as the desk sees it, and what this browser keeps of one that is not handed in yet. */
import type { Assignment, Lesson } from "../../../api/types";
import { DRAFT_FORMAT, historyOf, readDraft, type DraftBody } from "../../../state/draft";
import { startHistory, type History } from "../../../state/history";
import { readItem, startOf, type Item } from "../item";

export function lessonItem(lesson: Lesson, project: Assignment["project"]): Item {
  const { id, example, taxonomy, guideline, desk } = lesson;
  return readItem({
    id,
    project,
    example,
    taxonomy,
    guideline,
    desk,
    state: "active",
    leased_until: null,
    require_corrections: false,
    draft: null,
    display_order: null,
    progress: { submitted: 0, open: 0, active_seconds: 0, earned: null },
  });
}

/** Lessons are the same for everybody, and a browser may be shared. */
const keyOf = (user: number, lesson: number) => `redpen:lesson:${user}:${lesson}`;
const hashesOf = (item: Item) => item.assignment.example.responses.map(({ sha256 }) => sha256);

export function readLesson(user: number, item: Item): History {
  try {
    const kept = readDraft(JSON.parse(localStorage.getItem(keyOf(user, item.assignment.id)) ?? "null"), hashesOf(item));
    if (kept) return historyOf(kept, startOf(item));
  } catch {
    // Nothing was kept.
  }
  return startHistory(startOf(item));
}

export function keepLesson(user: number, item: Item, { work, log }: History): void {
  const kept: Pick<DraftBody, "format" | "texts" | "work" | "log"> = { format: DRAFT_FORMAT, texts: hashesOf(item), work, log };
  try {
    localStorage.setItem(keyOf(user, item.assignment.id), JSON.stringify(kept));
  } catch {
    // A reload then starts the lesson again.
  }
}

export function dropLesson(user: number, item: Item): void {
  try {
    localStorage.removeItem(keyOf(user, item.assignment.id));
  } catch {
    // Nothing was kept there either.
  }
}
