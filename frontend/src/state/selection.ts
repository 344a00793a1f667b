/** Where the annotator is in a text: a cursor that stops at words, and a selection from an anchor to it. */
import { codePoints, type CodePoints } from "../text/offsets";
import { cover, sameSpan, type Span } from "../text/spans";
import { graphemesOf, lineAt, rightToLeft, stopAt, words } from "../text/words";

/** A response as the desk needs it; `sentences` and `clauses` are the server's segments. */
export type TextModel = { codePoints: CodePoints; words: readonly Span[]; sentences: readonly Span[]; clauses: readonly Span[] };

/** From a response as the server sends it. */
export function textModel({ text, segments }: { text: string; segments: { sentence: number[][]; sub_sentence: number[][] } }): TextModel {
  const spans = (pairs: number[][]) => pairs.map(([start, end]) => ({ start: start!, end: end! }));
  return { codePoints: codePoints(text), words: words(text), sentences: spans(segments.sentence), clauses: spans(segments.sub_sentence) };
}

/** What a step of the cursor or of a mark's end is: a word, or a grapheme where words are too coarse. */
export type Stop = "word" | "grapheme";
export type Way = -1 | 1;

/**
 * `cursor` is the word, grapheme or segment last reached; with an `anchor`, everything from the one to the other is
 * selected. `open`: one end was clicked and the next click sets the other. `pressed`: where the pointer went down, while
 * it is.
 */
export type Selection = { cursor: Span | null; anchor: Span | null; open: boolean; pressed: Span | null };

export const noSelection: Selection = { cursor: null, anchor: null, open: false, pressed: null };

export function selected({ anchor, cursor }: Selection): Span | null {
  return anchor && cursor ? cover(anchor, cursor) : null;
}

/** Lets go of what is selected and keeps the place. */
export function collapse({ cursor }: Selection): Selection {
  return { ...noSelection, cursor };
}

/** Behind the span, at the word after it, to go on from there; on its last word where the text ends. */
export function behind({ words }: TextModel, span: Span): Selection {
  return { ...noSelection, cursor: words[stopAt(words, span.end - 1) + 1] ?? words.at(-1) ?? null };
}

export function stopsOf(text: TextModel, unit: Stop): readonly Span[] {
  return unit === "word" ? text.words : graphemesOf(text.codePoints);
}

function at(cursor: Span | null | undefined, anchor: Span | null, from: Selection): Selection {
  return cursor ? { cursor, anchor: anchor ?? cursor, open: false, pressed: null } : from;
}

const inside = (stop: Span, span: Span) => span.start <= stop.start && stop.end <= span.end;
const clamped = (stops: readonly Span[], index: number) => stops[Math.max(0, Math.min(stops.length - 1, index))];

/** One stop to the right (by 1) or left (by -1) as the text runs; `extend` moves only the end of the selection. */
export function walk(text: TextModel, from: Selection, unit: Stop, by: Way, extend: boolean): Selection {
  const stops = stopsOf(text, unit);
  const on = rightToLeft(text.codePoints.text) ? (-by as Way) : by;
  if (!from.cursor) return at(stops[0], null, from);
  return extend ? stretch(stops, from.anchor ?? from.cursor, from.cursor, on) : at(beside(stops, from.cursor, on), null, from);
}

/** Far over a long sentence: so many words at once. */
const LEAP = 5;

export function leap(text: TextModel, from: Selection, by: Way, extend: boolean): Selection {
  return Array.from({ length: LEAP }).reduce((at: Selection) => walk(text, at, "word", by, extend), from);
}

/** The stop after or before `here`; within a place that is larger than a stop, its first or last one. */
function beside(stops: readonly Span[], here: Span, by: Way): Span | undefined {
  const index = stopAt(stops, by > 0 ? here.start : here.end - 1);
  const stop = stops[index];
  if (!stop) return undefined;
  const entered = inside(stop, here) && !sameSpan(stop, here);
  // A grapheme may be white space, which is between two words and in neither.
  const passed = by > 0 ? stop.start >= here.end : stop.end <= here.start;
  return entered || passed ? stop : clamped(stops, index + by);
}

/** The end that moves goes one stop on; the other end keeps its stop, so that the selection can also become smaller. */
function stretch(stops: readonly Span[], anchor: Span, cursor: Span, by: Way): Selection {
  const forward = cursor.start >= anchor.start;
  const edge = stopAt(stops, forward ? cursor.end - 1 : cursor.start);
  const kept = stops[stopAt(stops, forward ? anchor.start : anchor.end - 1)];
  return { ...noSelection, anchor: kept && inside(kept, anchor) ? kept : anchor, cursor: clamped(stops, edge + by) ?? cursor };
}

/** To the first word of the next sentence (by 1), of this one or the one before (by -1); with `extend`, to its edge. */
export function walkSentences(text: TextModel, from: Selection, by: Way, extend: boolean): Selection {
  const { words, sentences } = text;
  if (!from.cursor) return at(words[0], null, from);
  const here = stopAt(sentences, from.cursor.start);
  const edge = (index: number) => {
    const range = wordsIn(text, sentences[Math.max(0, Math.min(sentences.length - 1, index))]!);
    return by > 0 && extend ? range?.cursor : range?.anchor;
  };
  const stays = by < 0 || extend;
  const near = stays ? edge(here) : edge(here + 1);
  const target = stays && sameSpan(near ?? null, from.cursor) ? edge(here + by) : near;
  return at(target, extend ? (from.anchor ?? from.cursor) : null, from);
}

/** To the last (by 1) or first word of the line as it was written; from there, or as `whole` says, of the text. */
export function walkLine(text: TextModel, from: Selection, by: Way, extend: boolean, whole = false): Selection {
  const edge = (within: Span) => {
    const range = wordsIn(text, within);
    return by > 0 ? range?.cursor : range?.anchor;
  };
  const near = from.cursor && !whole && edge(lineAt(text.codePoints, from.cursor.start));
  const target = near && !sameSpan(near, from.cursor) ? near : edge({ start: 0, end: text.codePoints.length });
  return at(target, extend ? (from.anchor ?? from.cursor) : null, from);
}

/** The segment under the cursor; when exactly it is selected already, the next one as well. */
export function takeSegment(text: TextModel, from: Selection, segments: readonly Span[]): Selection {
  const before = selected(from);
  const here = segments[stopAt(segments, (before ?? from.cursor)?.start ?? 0)];
  const range = here && wordsIn(text, here);
  if (!range) return from;
  const last = stopAt(segments, from.cursor ? from.cursor.end - 1 : 0);
  const whole = before && wordsIn(text, segments[last]!);
  if (!before || before.start !== range.anchor.start || before.end !== whole?.cursor.end) return { ...noSelection, ...range };
  const next = segments[last + 1] && wordsIn(text, segments[last + 1]!);
  return next ? { ...noSelection, anchor: range.anchor, cursor: next.cursor } : from;
}

/** The segment that holds `offset`, without white space at its ends; null where there is nothing else. */
export function segmentAt(text: TextModel, segments: readonly Span[], offset: number): Span | null {
  const segment = segments[stopAt(segments, offset)];
  const range = segment && wordsIn(text, segment);
  return range ? cover(range.anchor, range.cursor) : null;
}

/** First and last word that start in the segment. */
function wordsIn({ words }: TextModel, segment: Span): { anchor: Span; cursor: Span } | null {
  const from = stopAt(words, segment.start);
  const anchor = words[from] && words[from].end > segment.start ? words[from] : words[from + 1];
  const cursor = words[stopAt(words, segment.end - 1)];
  return anchor && cursor && anchor.start <= cursor.start ? { anchor, cursor } : null;
}

/** `span` with its start or end moved by one stop; the same span where it would become empty or leave the text. */
export function nudge(stops: readonly Span[], span: Span, edge: "start" | "end", by: Way): Span {
  const last = stopAt(stops, span[edge] - (by < 0 ? 1 : 0));
  const beyond = (stop: Span | undefined) => stop !== undefined && (stop[edge] - span[edge]) * by > 0;
  const stop = beyond(stops[last]) ? stops[last] : stops[last + by];
  const moved = beyond(stop) ? { ...span, [edge]: stop![edge] } : span;
  return moved.start < moved.end ? moved : span;
}

/** `span` with its start or end where the place `to` starts or ends; the same span where nothing would be left. */
export function pull(span: Span, edge: "start" | "end", to: Span): Span {
  const moved = { ...span, [edge]: to[edge] };
  return moved.start < moved.end ? moved : span;
}
