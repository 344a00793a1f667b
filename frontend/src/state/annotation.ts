/** What an annotator says about one example, and the edits that change it. Pure: an edit returns the next work. */
import { bySpan, sameSpan, type Span } from "../text/spans";
import { allEqual, moveInOrder, type Order } from "./ranking";

/** A sentence of a passage by the numbers people see: passages from 1, sentences from 1, 0 for the title. */
export type SentenceRef = { passage: number; sentence: number };

export type Mark = { id: number; start: number; end: number; type: string; antecedent: Span | null; evidence: SentenceRef[] };
export type Missing = { id: number; type: string | null; evidence: SentenceRef[] };

/** `corrected` null: the correction is the response itself. `clean`: the annotator says that nothing is wrong. */
export type Judgement = { marks: Mark[]; missing: Missing[]; corrected: string | null; clean: boolean };

/** `ranked` tells an order that the annotator chose from the one that the board starts with. */
export type Work = { judgements: Record<number, Judgement>; order: Order; ranked: boolean; nextId: number };

export type Edit =
  | { do: "mark"; response: number; span: Span; type: string }
  | { do: "retype"; response: number; id: number; type: string }
  | { do: "resize"; response: number; id: number; span: Span }
  | { do: "antecedent"; response: number; id: number; span: Span | null }
  | { do: "evidence"; response: number; id: number; sentence: SentenceRef }
  | { do: "missing"; response: number; type: string | null }
  | { do: "delete"; response: number; id: number }
  | { do: "clean"; response: number; clean: boolean }
  | { do: "correct"; response: number; text: string | null }
  | { do: "move"; response: number; by: -1 | 1 }
  | { do: "equal" };

const untouched: Judgement = { marks: [], missing: [], corrected: null, clean: false };

/** Nothing said yet: `judged` are the responses to mark, `shown` all of them in the order shown, ranked as equal. */
export function emptyWork(judged: readonly number[], shown: readonly number[]): Work {
  return { judgements: Object.fromEntries(judged.map((index) => [index, untouched])), order: [[...shown]], ranked: false, nextId: 1 };
}

export function itemById(judgement: Judgement, id: number | null): Mark | Missing | undefined {
  return judgement.marks.find((mark) => mark.id === id) ?? judgement.missing.find((missing) => missing.id === id);
}

/** The work after the edit; the very same object when the edit changes nothing. */
export function apply(work: Work, edit: Edit): Work {
  if (edit.do === "equal" || edit.do === "move") {
    const order = edit.do === "move" ? moveInOrder(work.order, edit.response, edit.by) : allEqual(work.order);
    return order === work.order && work.ranked ? work : { ...work, order, ranked: true };
  }
  const before = work.judgements[edit.response];
  if (before === undefined) return work;
  const after = judge(before, edit, work.nextId);
  if (after === before) return work;
  const nextId = edit.do === "mark" || edit.do === "missing" ? work.nextId + 1 : work.nextId;
  return { ...work, judgements: { ...work.judgements, [edit.response]: after }, nextId };
}

function judge(judgement: Judgement, edit: Exclude<Edit, { do: "move" | "equal" }>, id: number): Judgement {
  const { marks, missing } = judgement;
  switch (edit.do) {
    case "mark":
      if (marks.some((mark) => sameSpan(mark, edit.span) && mark.type === edit.type)) return judgement;
      return { ...judgement, clean: false, marks: [...marks, { id, ...edit.span, type: edit.type, antecedent: null, evidence: [] }].sort(bySpan) };
    case "missing":
      return { ...judgement, clean: false, missing: [...missing, { id, type: edit.type, evidence: [] }] };
    case "delete":
      if (!itemById(judgement, edit.id)) return judgement;
      return { ...judgement, marks: marks.filter((mark) => mark.id !== edit.id), missing: missing.filter((item) => item.id !== edit.id) };
    case "clean":
      if (judgement.clean === edit.clean) return judgement;
      return edit.clean ? { ...untouched, clean: true } : { ...judgement, clean: false };
    case "correct":
      return judgement.corrected === edit.text ? judgement : { ...judgement, corrected: edit.text, clean: false };
    case "retype":
      return changeItem(judgement, edit.id, (item) => (item.type === edit.type ? item : { ...item, type: edit.type }));
    case "resize":
      return changeMark(judgement, edit.id, (mark) =>
        sameSpan(mark, edit.span) || edit.span.start >= edit.span.end ? mark : { ...mark, ...edit.span },
      );
    case "antecedent":
      return changeMark(judgement, edit.id, (mark) => (sameSpan(mark.antecedent, edit.span) ? mark : { ...mark, antecedent: edit.span }));
    case "evidence":
      return changeItem(judgement, edit.id, (item) => ({ ...item, evidence: toggle(item.evidence, edit.sentence) }));
  }
}

function changeMark(judgement: Judgement, id: number, change: (mark: Mark) => Mark): Judgement {
  const before = judgement.marks.find((mark) => mark.id === id);
  const after = before && change(before);
  if (!after || after === before) return judgement;
  return { ...judgement, marks: judgement.marks.map((mark) => (mark === before ? after : mark)).sort(bySpan) };
}

function changeItem(judgement: Judgement, id: number, change: <T extends Mark | Missing>(item: T) => T): Judgement {
  if (judgement.marks.some((mark) => mark.id === id)) return changeMark(judgement, id, change);
  const before = judgement.missing.find((item) => item.id === id);
  const after = before && change(before);
  if (!after || after === before) return judgement;
  return { ...judgement, missing: judgement.missing.map((item) => (item === before ? after : item)) };
}

function toggle(evidence: readonly SentenceRef[], sentence: SentenceRef): SentenceRef[] {
  const others = evidence.filter((ref) => ref.passage !== sentence.passage || ref.sentence !== sentence.sentence);
  if (others.length < evidence.length) return others;
  return [...others, sentence].sort((a, b) => a.passage - b.passage || a.sentence - b.sentence);
}
