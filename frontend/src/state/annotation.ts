/** What an annotator says about one example, and the edits that change it. Pure: an edit returns the next work. */
import { bySpan, sameSpan, type Span } from "../text/spans";
import { allEqual, moveInOrder, placeInOrder, setComparison, type Comparison, type Order } from "./ranking";

/** A sentence of a passage by the numbers people see: passages from 1, sentences from 1, 0 for the title. */
export type SentenceRef = { passage: number; sentence: number };

export type Mark = { id: number; start: number; end: number; type: string; antecedent: Span | null; evidence: SentenceRef[] };
export type Missing = { id: number; type: string | null; evidence: SentenceRef[] };

/** What was answered to a question of the project: a point of a scale, the key of an option, several of them, or text. */
export type Answer = number | string | readonly string[];

/**
 * `corrected` null: the correction is the response itself. `clean`: the annotator says that nothing is wrong.
 * `answers` by the question's key; a question that no longer applies may still have one, which is not submitted.
 */
export type Judgement = { marks: Mark[]; missing: Missing[]; corrected: string | null; clean: boolean; answers: Readonly<Record<string, Answer>> };

/**
 * The responses are compared on a board (`order`, which is the annotator's own once it is `ranked`) or pair by pair
 * (`pairs`, those decided so far); `comparing` says which of the two counts.
 */
export type Work = {
  judgements: Record<number, Judgement>;
  order: Order;
  ranked: boolean;
  pairs: readonly Comparison[];
  comparing: "board" | "pairs";
  nextId: number;
};

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
  | { do: "answer"; response: number; key: string; answer: Answer | null }
  | { do: "write"; response: number; key: string; text: string }
  | { do: "move"; response: number; by: -1 | 1 }
  | { do: "place"; response: number; tier: number; tie: boolean }
  | { do: "equal" }
  | { do: "compare"; pair: Comparison }
  | { do: "compareBy"; comparing: Work["comparing"] };

/** A response that nothing was said about. */
export const untouched: Judgement = { marks: [], missing: [], corrected: null, clean: false, answers: {} };

/** Nothing said yet: `judged` are the responses to mark, `shown` all of them in the order shown, ranked as equal. */
export function emptyWork(judged: readonly number[], shown: readonly number[], comparing: Work["comparing"] = "board"): Work {
  const judgements = Object.fromEntries(judged.map((index) => [index, untouched]));
  return { judgements, order: [[...shown]], ranked: false, pairs: [], comparing, nextId: 1 };
}

export function itemById(judgement: Judgement, id: number | null): Mark | Missing | undefined {
  return judgement.marks.find((mark) => mark.id === id) ?? judgement.missing.find((missing) => missing.id === id);
}

/** The work after the edit; the very same object when the edit changes nothing. */
export function apply(work: Work, edit: Edit): Work {
  if (edit.do === "equal" || edit.do === "move" || edit.do === "place") {
    const order = reorder(work.order, edit);
    return order === work.order && work.ranked ? work : { ...work, order, ranked: true };
  }
  if (edit.do === "compareBy") return edit.comparing === work.comparing ? work : { ...work, comparing: edit.comparing };
  if (edit.do === "compare") {
    const pairs = setComparison(work.pairs, edit.pair);
    return pairs === work.pairs ? work : { ...work, pairs };
  }
  const before = work.judgements[edit.response];
  if (before === undefined) return work;
  const after = judge(before, edit, work.nextId);
  if (after === before) return work;
  const nextId = edit.do === "mark" || edit.do === "missing" ? work.nextId + 1 : work.nextId;
  return { ...work, judgements: { ...work.judgements, [edit.response]: after }, nextId };
}

function reorder(order: Order, edit: Extract<Edit, { do: "move" | "place" | "equal" }>): Order {
  if (edit.do === "move") return moveInOrder(order, edit.response, edit.by);
  return edit.do === "place" ? placeInOrder(order, edit.response, edit.tier, edit.tie) : allEqual(order);
}

function judge(judgement: Judgement, edit: Exclude<Edit, { do: "move" | "place" | "equal" | "compare" | "compareBy" }>, id: number): Judgement {
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
      return edit.clean ? { ...untouched, clean: true, answers: judgement.answers } : { ...judgement, clean: false };
    case "correct":
      return judgement.corrected === edit.text ? judgement : { ...judgement, corrected: edit.text, clean: false };
    case "answer":
      return setAnswer(judgement, edit.key, edit.answer);
    case "write":
      return setAnswer(judgement, edit.key, edit.text || null);
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

function setAnswer(judgement: Judgement, key: string, answer: Answer | null): Judgement {
  const { [key]: before = null, ...others } = judgement.answers;
  if (JSON.stringify(before) === JSON.stringify(answer)) return judgement;
  return { ...judgement, answers: answer === null ? others : { ...others, [key]: answer } };
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
