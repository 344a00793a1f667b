/** For tests: a text of three sentences, and what an annotator does with it. */
import { codePoints } from "../text/offsets";
import type { Span } from "../text/spans";
import { words } from "../text/words";
import { emptyWork } from "./annotation";
import { openDesk, reduceDesk, type Desk, type DeskAction, type DeskContext } from "./desk";
import { startHistory } from "./history";
import type { TextModel } from "./selection";

const spans = (...pairs: [number, number][]): Span[] => pairs.map(([start, end]) => ({ start, end }));

/** A text whose every sentence has one sub-sentence, itself, unless said otherwise. */
export function textOf(value: string, sentences: readonly Span[] = [{ start: 0, end: codePoints(value).length }], clauses = sentences): TextModel {
  return { codePoints: codePoints(value), words: words(value), sentences, clauses };
}

export const text = textOf("One two three. Four five, six. Seven eight.", spans([0, 15], [15, 31], [31, 43]), spans([0, 15], [15, 26], [26, 31], [31, 43]));
export const context: DeskContext = {
  texts: { 0: text },
  types: [
    { key: "plain", target: "response", needs: null },
    { key: "again", target: "response", needs: "antecedent" },
    { key: "false", target: "response", needs: "evidence" },
    { key: "absent", target: "passages", needs: "evidence" },
  ],
  overlap: "allow",
};
export const needs = (key: string) => context.types.find((type) => type.key === key)!.needs;
export const start = () => openDesk(startHistory(emptyWork([0], [0])), 0);
export const play = (actions: readonly DeskAction[], from = start(), within = context) => actions.reduce((desk, action) => reduceDesk(within, desk, action), from);
export const marksOf = (desk: Desk) => desk.history.work.judgements[0]!.marks;
export const quote = (span: Span | null) => span && text.codePoints.slice(span.start, span.end);
export const word = (name: string) => text.words.find((span) => quote(span) === name)!;
