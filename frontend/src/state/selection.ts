/** Where the annotator is in a text: a cursor that stops at words, and a selection from an anchor to it. */
import type { CodePoints } from "../text/offsets";
import { cover, sameSpan, type Span } from "../text/spans";
import { stopAt } from "../text/words";

/** A response as the desk needs it; `sentences` and `clauses` are the server's segments. */
export type TextModel = { codePoints: CodePoints; words: readonly Span[]; sentences: readonly Span[]; clauses: readonly Span[] };

/**
 * `cursor` is the word (or grapheme) last reached; with an `anchor`, everything from the one to the other is selected.
 * `open`: one end was clicked and the next click sets the other. `pressed`: where the pointer went down, while it is.
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

function at(cursor: Span | undefined, anchor: Span | null, from: Selection): Selection {
  return cursor ? { cursor, anchor: anchor ?? cursor, open: false, pressed: null } : from;
}

/** One word on (by 1) or back (by -1); `extend` moves only the end of the selection. */
export function walkWords(text: TextModel, from: Selection, by: -1 | 1, extend: boolean): Selection {
  const here = from.cursor ? stopAt(text.words, from.cursor.start) + by : 0;
  const word = text.words[Math.max(0, Math.min(text.words.length - 1, here))];
  return at(word, extend ? (from.anchor ?? from.cursor) : null, from);
}

/** To the first word of the next sentence (by 1), of this one or the one before (by -1); with `extend`, to its edge. */
export function walkSentences(text: TextModel, from: Selection, by: -1 | 1, extend: boolean): Selection {
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

/** The segment under the cursor; when exactly it is selected already, the next one as well. */
export function takeSegment(text: TextModel, from: Selection, segments: readonly Span[]): Selection {
  const before = selected(from);
  const here = segments[stopAt(segments, (before ?? from.cursor)?.start ?? 0)];
  const range = here && wordsIn(text, here);
  if (!range) return from;
  const last = stopAt(segments, from.cursor?.start ?? 0);
  const whole = before && wordsIn(text, segments[last]!);
  if (!before || before.start !== range.anchor.start || before.end !== whole?.cursor.end) return { ...noSelection, ...range };
  const next = segments[last + 1] && wordsIn(text, segments[last + 1]!);
  return next ? { ...noSelection, anchor: range.anchor, cursor: next.cursor } : from;
}

/** First and last word that start in the segment. */
function wordsIn({ words }: TextModel, segment: Span): { anchor: Span; cursor: Span } | null {
  const anchor = words.find((word) => word.end > segment.start);
  const cursor = words[stopAt(words, segment.end - 1)];
  return anchor && cursor && anchor.start <= cursor.start ? { anchor, cursor } : null;
}

/** `span` with its start or end moved by one word; the same span where it would become empty or leave the text. */
export function nudge({ words }: TextModel, span: Span, edge: "start" | "end", by: -1 | 1): Span {
  if (edge === "end") {
    const word = by > 0 ? words.find(({ end }) => end > span.end) : words.findLast(({ end }) => end < span.end && end > span.start);
    return word ? { start: span.start, end: word.end } : span;
  }
  const word = by < 0 ? words.findLast(({ start }) => start < span.start) : words.find(({ start }) => start > span.start && start < span.end);
  return word ? { start: word.start, end: span.end } : span;
}
