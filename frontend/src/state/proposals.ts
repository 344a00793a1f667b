/** What an edit of the correction says about marks, and what a mark says about the correction: proposals, never done by themselves. */
import { lineEnds, wordDiff, type Change } from "../text/diff";
import { withoutWords } from "../text/mend";
import { codePoints } from "../text/offsets";
import { overlaps, sameSpan, type Span } from "../text/spans";
import { snap, trim } from "../text/words";
import type { Judgement } from "./annotation";
import type { Entry } from "./history";
import type { TextModel } from "./selection";

/** `span`: words of the response to mark, or to take out of the correction. */
export type Proposal = { what: "span" | "edit"; span: Span };

type Asked = { spans: boolean; edits: boolean; deletable: (type: string) => boolean };

/** The proposals that the judgement gives rise to now, in the order of the text, without those that were answered. */
export function proposals(text: TextModel, judgement: Judgement, { spans, edits, deletable }: Asked, log: readonly Entry[], response: number): Proposal[] {
  if (!spans && !edits) return [];
  const raw = text.codePoints.text;
  const changes = wordDiff(lineEnds(raw), judgement.corrected ?? lineEnds(raw));
  const marked = spans ? impliedSpans(text, changes).filter((span) => !judgement.marks.some((mark) => overlaps(mark, span))) : [];
  const mended = edits ? judgement.marks.filter((mark) => deletable(mark.type) && kept(text, changes, mark)) : [];
  const all = [...marked.map((span): Proposal => ({ what: "span", span })), ...mended.map(({ start, end }): Proposal => ({ what: "edit", span: { start, end } }))];
  return all.filter((proposal) => !hasEntry(log, "dismissed", proposal, response)).sort((a, b) => a.span.start - b.span.start);
}

export function hasEntry(log: readonly Entry[], how: "proposed" | "dismissed", { what, span }: Proposal, response: number): boolean {
  return log.some((entry) => entry.do === how && entry.what === what && entry.response === response && sameSpan(entry, span));
}

/** The correction after the words of the response are taken out of it as well. */
export function mendedBy(text: TextModel, corrected: string | null, span: Span): string {
  const before = lineEnds(text.codePoints.text);
  const at = kept(text, wordDiff(before, corrected ?? before), span);
  return at ? withoutWords(corrected ?? before, at) : (corrected ?? before);
}

/** The words that were removed or replaced; what is only added says nothing about the words around it. */
function impliedSpans(text: TextModel, changes: readonly Change[]): Span[] {
  const original = offsets(text.codePoints.text);
  return changes.flatMap(({ kind, start, end }) => {
    const words = kind === "removed" ? trim(text.codePoints, { start: original[start]!, end: original[end]! }) : null;
    const span = words && snap(text.words, words);
    return span ? [span] : [];
  });
}

/** Where the correction still has the words of the span as they are; null once they were touched. */
function kept(text: TextModel, changes: readonly Change[], span: Span): Span | null {
  const original = offsets(text.codePoints.text);
  let shift = 0;
  for (const { kind, text: changed, start, end } of changes) {
    if (kind === "added") shift += codePoints(changed).length;
    else if (kind === "removed") shift -= end - start;
    else if (original[start]! <= span.start && span.end <= original[end]!) {
      return { start: original.indexOf(span.start, start) + shift, end: original.indexOf(span.end, start) + shift };
    }
  }
  return null;
}

/** By offset of the text with `lineEnds`: the offset in the text itself. */
function offsets(raw: string): number[] {
  const characters = Array.from(raw);
  const at = [...characters.keys()].filter((i) => characters[i] !== "\n" || characters[i - 1] !== "\r");
  return [...at, characters.length];
}
