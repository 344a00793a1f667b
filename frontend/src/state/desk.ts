/** The desk: the work with its history, and where the annotator is in it. One pure reducer for mouse, touch and keys. */
import { overlaps, sameSpan, type Span } from "../text/spans";
import { itemById, untouched, type Judgement, type SentenceRef } from "./annotation";
import { isNote, note, step, type History, type Note, type Step } from "./history";
import { nextPick, type Need } from "./requirements";
import { behind, collapse, leap, noSelection, nudge, pull, selected, stopsOf, takeSegment, walk, walkLine, walkSentences, type Selection, type Stop, type TextModel, type Way } from "./selection";

export type DeskType = { key: string; target: "response" | "passages"; needs: Need };
/** `overlap`: what becomes of overlapping marks of different types; of two, the type that comes first in `types` goes first. */
export type DeskContext = { texts: Readonly<Record<number, TextModel>>; types: readonly DeskType[]; overlap: "allow" | "warn" | "forbid" };

/** `picking`: the next selection (antecedent) or sentences (evidence) belong to this mark or missing information. */
export type Picking = { need: "antecedent" | "evidence"; id: number };
/** `between`: the types of two marks that overlap, the one that goes first in front. */
export type Notice =
  | { what: "marked" | "missing" | "removed" | "changed" | "antecedent_set" | "antecedent_not_earlier" | "undone" | "redone"; id: number | null }
  | { what: "overlap_warned" | "overlap_forbidden"; id: number | null; between: readonly [string, string] };
/** What can be said without naming two types. */
type Said = Exclude<Notice, { between: unknown }>["what"];

export type Desk = {
  history: History;
  response: number;
  selection: Selection;
  focused: number | null;
  /** A type chosen before its words: each finished selection takes it, until Escape. */
  brush: string | null;
  picking: Picking | null;
  notice: Notice | null;
};

export type DeskAction =
  | Step
  | Note
  | { do: "show"; response: number }
  /** `whole`: a segment, complete in itself, where a word would wait for its other end. */
  | { do: "press"; at: Span; extend: boolean; whole?: boolean }
  | { do: "drag"; at: Span }
  | { do: "release" }
  /** `by` 1: to the right by words and graphemes, forward by the others. */
  | { do: "walk"; by: Way; unit: Stop | "leap" | "sentence" | "line" | "text"; extend: boolean }
  | { do: "take"; unit: "sentence" | "clause" }
  | { do: "type"; type: string }
  | { do: "finish" }
  | { do: "escape" }
  | { do: "focus"; id: number | null }
  | { do: "pick"; picking: Picking | null }
  | { do: "choose"; sentence: SentenceRef }
  | { do: "nudge"; edge: "start" | "end"; by: Way; unit: Stop }
  /** An end of the focused mark is dragged to where the place `to` starts or ends. */
  | { do: "pull"; edge: "start" | "end"; to: Span }
  | { do: "remove" };

export function openDesk(history: History, response: number): Desk {
  return { history, response, selection: noSelection, focused: null, brush: null, picking: null, notice: null };
}

/** Of the response on the desk; where responses are only compared, nothing is said about it. */
export function judgementOf({ history, response }: Desk): Judgement {
  return history.work.judgements[response] ?? untouched;
}

export function needsOf({ types }: DeskContext): (type: string) => Need {
  return (key) => types.find((type) => type.key === key)?.needs ?? null;
}

/** The desk after the action, which is logged at `clock` (ms since 1970). */
export function reduceDesk(context: DeskContext, desk: Desk, action: DeskAction, clock = 0): Desk {
  const next = act(context, { ...desk, history: { ...desk.history, clock } }, action);
  const judgement = judgementOf(next);
  const gone = (id: number | null) => id !== null && !itemById(judgement, id);
  if (!gone(next.focused) && !gone(next.picking?.id ?? null)) return next;
  return { ...next, focused: gone(next.focused) ? null : next.focused, picking: gone(next.picking?.id ?? null) ? null : next.picking };
}

function act(context: DeskContext, desk: Desk, action: DeskAction): Desk {
  const text = context.texts[desk.response]!;
  const { selection, focused } = desk;
  switch (action.do) {
    case "show":
      return openDesk(desk.history, action.response);
    case "press":
      return press(desk, action.at, action.extend, action.whole ?? false);
    case "drag":
      if (!selection.pressed || (!selection.anchor && sameSpan(selection.pressed, action.at))) return desk;
      return { ...desk, selection: { ...selection, anchor: selection.anchor ?? selection.pressed, cursor: action.at, open: selection.open && sameSpan(selection.pressed, action.at) } };
    case "release": {
      const released = { ...desk, selection: { ...selection, pressed: null } };
      return selection.pressed && selection.anchor && !selection.open ? finish(context, released) : released;
    }
    case "walk":
      return { ...desk, selection: walkBy(text, selection, action), notice: null };
    case "take":
      return { ...desk, selection: takeSegment(text, selection, action.unit === "sentence" ? text.sentences : text.clauses), notice: null };
    case "type":
      return chooseType(context, desk, action.type);
    case "finish":
      return finish(context, desk);
    case "escape":
      if (desk.picking) return { ...desk, picking: null, selection: collapse(selection) };
      if (selection.anchor) return { ...desk, selection: collapse(selection) };
      return desk.brush ? { ...desk, brush: null } : { ...desk, focused: null };
    case "focus":
      return { ...desk, focused: action.id, picking: desk.picking?.id === action.id ? desk.picking : null };
    case "pick":
      return { ...desk, picking: action.picking, focused: action.picking?.id ?? focused, selection: collapse(selection) };
    case "choose":
      return desk.picking?.need === "evidence" ? edit(desk, { do: "evidence", response: desk.response, id: desk.picking.id, sentence: action.sentence }) : desk;
    case "nudge": {
      const stops = stopsOf(text, action.unit);
      return resize(context, desk, (span) => nudge(stops, span, action.edge, action.by));
    }
    case "pull":
      return resize(context, desk, (span) => pull(span, action.edge, action.to));
    case "remove":
      return focused === null ? desk : edit(desk, { do: "delete", response: desk.response, id: focused }, "removed");
    case "missing":
      return addItem(context, desk, { do: "missing", response: desk.response, type: action.type }, "missing");
    case "undo":
    case "redo":
      return edit(desk, action, action.do === "undo" ? "undone" : "redone");
    default:
      return isNote(action) ? { ...desk, history: note(desk.history, action) } : edit(desk, action);
  }
}

function edit(desk: Desk, action: Step, what?: Said): Desk {
  const history = step(desk.history, action);
  return history === desk.history ? desk : { ...desk, history, notice: what ? { what, id: desk.focused } : null };
}

function walkBy(text: TextModel, from: Selection, { unit, by, extend }: Extract<DeskAction, { do: "walk" }>): Selection {
  if (unit === "leap") return leap(text, from, by, extend);
  if (unit === "sentence") return walkSentences(text, from, by, extend);
  if (unit === "line" || unit === "text") return walkLine(text, from, by, extend, unit === "text");
  return walk(text, from, unit, by, extend);
}

/** A click takes a word, a second click takes the way to it; a click in a mark opens the mark instead. */
function press(desk: Desk, at: Span, extend: boolean, whole: boolean): Desk {
  const { selection } = desk;
  if (selection.anchor && (extend || (selection.open && !whole))) {
    return { ...desk, selection: { anchor: selection.anchor, cursor: at, open: false, pressed: at }, notice: null };
  }
  const mark = judgementOf(desk).marks.findLast(({ start, end }) => start <= at.start && at.end <= end);
  if (mark && mark.id !== desk.focused && !whole && !desk.picking && !desk.brush) {
    return { ...desk, focused: mark.id, selection: { ...noSelection, cursor: at, pressed: at }, notice: null };
  }
  return { ...desk, selection: { anchor: at, cursor: at, open: !whole, pressed: at }, notice: null };
}

/** What a finished selection is for: the antecedent that is being picked, or words for the brush. */
function finish(context: DeskContext, desk: Desk): Desk {
  const span = selected(desk.selection);
  if (!span) return desk.picking ? { ...desk, picking: null } : desk;
  if (desk.picking?.need === "antecedent") return setAntecedent(context, desk, desk.picking.id, span);
  return desk.brush ? addMark(context, desk, span, desk.brush) : desk;
}

function setAntecedent({ texts }: DeskContext, desk: Desk, id: number, span: Span): Desk {
  const mark = judgementOf(desk).marks.find((candidate) => candidate.id === id);
  if (!mark || span.end > mark.start) return { ...desk, selection: collapse(desk.selection), notice: { what: "antecedent_not_earlier", id } };
  const selection = behind(texts[desk.response]!, mark);
  return { ...edit(desk, { do: "antecedent", response: desk.response, id, span }, "antecedent_set"), selection, picking: null };
}

function chooseType(context: DeskContext, desk: Desk, key: string): Desk {
  const type = context.types.find((candidate) => candidate.key === key);
  if (!type) return desk;
  const { marks, missing } = judgementOf(desk);
  const { response, focused } = desk;
  if (type.target === "passages") {
    if (!missing.some(({ id }) => id === focused)) return addItem(context, desk, { do: "missing", response, type: key }, "missing");
    return edit(desk, { do: "retype", response, id: focused!, type: key }, "changed");
  }
  const span = selected(desk.selection);
  if (span) return addMark(context, desk, span, key);
  const mark = marks.find(({ id }) => id === focused);
  // The brush is put down where it was taken up; with a mouse there is no Escape.
  if (!mark || (desk.brush === key && mark.type === key)) return { ...desk, brush: desk.brush === key ? null : key };
  const retyped = place(context, desk, mark, key, focused!, () => edit(desk, { do: "retype", response, id: focused!, type: key }, "changed"));
  return retyped.history === desk.history ? retyped : { ...retyped, picking: pickFor(context, retyped, focused!) };
}

function addMark(context: DeskContext, desk: Desk, span: Span, type: string): Desk {
  return place(context, desk, span, type, desk.history.work.nextId, () => {
    const added = addItem(context, desk, { do: "mark", response: desk.response, span, type }, "marked");
    return { ...added, selection: behind(context.texts[desk.response]!, span) };
  });
}

function resize(context: DeskContext, desk: Desk, change: (span: Span) => Span): Desk {
  const mark = judgementOf(desk).marks.find(({ id }) => id === desk.focused);
  if (!mark) return desk;
  const span = change({ start: mark.start, end: mark.end });
  return place(context, desk, span, mark.type, mark.id, () => edit(desk, { do: "resize", response: desk.response, id: mark.id, span }, "changed"));
}

/** The desk with a mark put where it is to be, unless it would lie over one of another type and the project forbids that. */
function place(context: DeskContext, desk: Desk, span: Span, type: string, id: number, put: () => Desk): Desk {
  const other = context.overlap === "allow" ? undefined : judgementOf(desk).marks.find((mark) => mark.id !== id && mark.type !== type && overlaps(mark, span));
  if (!other) return put();
  const rank = (key: string) => context.types.findIndex((each) => each.key === key);
  const between = rank(type) < rank(other.type) ? ([type, other.type] as const) : ([other.type, type] as const);
  if (context.overlap === "forbid") return { ...desk, notice: { what: "overlap_forbidden", id: null, between } };
  const placed = put();
  return placed.history === desk.history ? placed : { ...placed, notice: { what: "overlap_warned", id, between } };
}

function addItem(context: DeskContext, desk: Desk, action: Step, what: Said): Desk {
  const id = desk.history.work.nextId;
  const added = edit({ ...desk, focused: id }, action, what);
  return added.history === desk.history ? desk : { ...added, picking: pickFor(context, added, id) };
}

function pickFor(context: DeskContext, desk: Desk, id: number): Picking | null {
  const need = nextPick(judgementOf(desk), id, needsOf(context));
  return need && { need, id };
}
