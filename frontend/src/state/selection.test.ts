import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cover } from "../text/spans";
import { behind, collapse, leap, noSelection, nudge, pull, segmentAt, selected, stopsOf, takeSegment, walk, walkLine, walkSentences, type Selection, type Stop, type Way } from "./selection";
import { quote, text, textOf, word } from "./testing";

const at = (name: string): Selection => ({ ...noSelection, cursor: word(name), anchor: word(name) });
const shown = (selection: Selection, of = text) => {
  const span = selected(selection);
  return span && of.codePoints.slice(span.start, span.end);
};

describe("walking by graphemes", () => {
  const steps = (from: Selection, ways: Way[], extend = false, of = text) => ways.reduce((selection, by) => walk(of, selection, "grapheme", by, extend), from);

  test("enters a word at its near end, goes on through it and over the white space", () => {
    expect([[1], [1, 1], [1, 1, 1, 1], [-1], [-1, -1, -1, -1]].map((ways) => shown(steps(at("two"), ways as Way[])))).toEqual(["t", "w", " ", "o", " "]);
  });

  test("from white space, words go on to the word beside it", () => {
    const blank = steps(at("two"), [1, 1, 1, 1]);
    expect([shown(walk(text, blank, "word", 1, false)), shown(walk(text, blank, "word", -1, false))]).toEqual(["three", "two"]);
  });

  test("extends, and gives back what was too much", () => {
    expect(shown(steps(at("two"), [1, 1], true))).toBe("two t");
    expect(shown(steps(at("two"), [-1], true))).toBe("tw");
    expect(shown(steps(at("two"), [-1, -1, -1], true))).toBe(" t");
  });

  test("never cuts a family, a flag or a letter with its accent", () => {
    const of = textOf("👩‍👩‍👧🇫🇷e\u0301x");
    expect([1, 2, 3, 4].map((n) => shown(steps(noSelection, Array<Way>(n).fill(1), false, of), of))).toEqual(["👩‍👩‍👧", "🇫🇷", "e\u0301", "x"]);
  });

  test("reaches every boundary between graphemes as a start and as an end", () => {
    const of = textOf("Ab, 👩‍🚀é\n שלום.");
    const stops = stopsOf(of, "grapheme");
    for (const [i, from] of stops.entries()) {
      for (const to of stops.slice(i)) {
        let selection: Selection = { ...noSelection, cursor: from, anchor: from };
        while (selected(selection)!.end < to.end) selection = walk(of, selection, "grapheme", 1, true);
        expect(selected(selection)).toEqual(cover(from, to));
      }
    }
  });
});

describe("walking in a text that runs from right to left", () => {
  const of = textOf("שלום עולם טוב");

  test("the left arrow goes on, the right arrow back", () => {
    const second = walk(of, walk(of, noSelection, "word", -1, false), "word", -1, false);
    expect(shown(second, of)).toBe("עולם");
    expect(shown(walk(of, second, "word", 1, false), of)).toBe("שלום");
    expect(shown(walk(of, second, "grapheme", -1, true), of)).toBe("עולם ");
  });
});

describe("lines", () => {
  const of = textOf("One two.\r\nThree four.\n\nFive.");
  const from = (name: string): Selection => ({ ...noSelection, cursor: of.words.find(({ start, end }) => of.codePoints.slice(start, end) === name)! });
  const go = (name: string, ...ways: Way[]) => shown(ways.reduce((selection, by) => walkLine(of, selection, by, false), from(name)), of);

  test("Home and End go to the edges of the line, and from there of the text", () => {
    expect([go("four", -1), go("four", 1), go("four", -1, -1), go("four", 1, 1), go("two", -1), go("Five", -1)]).toEqual(["Three", ".", "One", ".", "One", "One"]);
    expect(shown(walkLine(of, from("four"), 1, true), of)).toBe("four.");
    expect(shown(walkLine(of, from("four"), -1, true, true), of)).toBe("One two.\r\nThree four");
  });

  test("a text of white space has no place to go", () => {
    const blank = textOf(" \n ");
    expect(walkLine(blank, noSelection, 1, false)).toBe(noSelection);
    expect(walk(blank, noSelection, "word", 1, false)).toBe(noSelection);
    expect(walkSentences(blank, noSelection, 1, false)).toBe(noSelection);
    expect(takeSegment(blank, noSelection, blank.sentences)).toBe(noSelection);
  });
});

test("a segment is taken without the white space around it", () => {
  expect([0, 14, 15, 30, 42].map((offset) => quote(segmentAt(text, text.sentences, offset)))).toEqual(["One two three.", "One two three.", "Four five, six.", "Four five, six.", "Seven eight."]);
  expect(segmentAt(textOf("  "), [{ start: 0, end: 2 }], 0)).toBeNull();
});

test("letting go keeps the place", () => expect(collapse(at("two"))).toEqual({ ...noSelection, cursor: word("two") }));

test("behind a span is the word after it, at the end of the text its last word", () => {
  expect(["two", "eight", "."].map((name) => quote(behind(text, word(name)).cursor))).toEqual(["three", ".", "Four"]);
  expect(behind(textOf(""), { start: 0, end: 0 })).toEqual(noSelection);
});

test("a leap is five words, or as many as there are", () => {
  expect(shown(leap(text, at("two"), 1, false))).toBe(",");
  expect(shown(leap(text, at("two"), 1, true))).toBe("two three. Four five,");
  expect(shown(leap(text, at("two"), -1, false))).toBe("One");
});

describe("the ends of a mark", () => {
  const two = word("two");

  test("move by words and never cross", () => {
    expect(quote(nudge(text.words, two, "end", 1))).toBe("two three");
    expect(quote(nudge(text.words, two, "start", -1))).toBe("One two");
    expect(nudge(text.words, two, "end", -1)).toBe(two);
    expect(nudge(text.words, two, "start", 1)).toBe(two);
  });

  test("go to the nearest word from within one", () => {
    const part = { start: two.start + 1, end: two.end + 2 };
    expect([["end", 1], ["end", -1], ["start", -1], ["start", 1]].map(([edge, by]) => quote(nudge(text.words, part, edge as "end", by as Way)))).toEqual(["wo three", "wo", "two t", "t"]);
  });

  test("go where they are dragged, unless nothing would be left", () => {
    expect(quote(pull(two, "end", word("six")))).toBe("two three. Four five, six");
    expect(quote(pull(two, "start", word("One")))).toBe("One two");
    expect(pull(two, "start", word("six"))).toBe(two);
  });

  test("keep something between them, in the text, and come back to where they were", () => {
    const values = fc.string({ unit: fc.constantFrom("a", "b", " ", ".", "é", "👩‍🚀", "\n", "م") });
    const stop = fc.constantFrom<Stop>("word", "grapheme");
    fc.assert(
      fc.property(values, stop, fc.nat(), fc.nat(), fc.constantFrom("start" as const, "end" as const), fc.constantFrom<Way>(-1, 1), (value, unit, i, j, edge, by) => {
        const of = textOf(value);
        const stops = stopsOf(of, unit);
        if (stops.length === 0) return;
        const before = cover(stops[i % stops.length]!, stops[j % stops.length]!);
        const after = nudge(stops, before, edge, by);
        expect(after.start < after.end && after.start >= 0 && after.end <= of.codePoints.length).toBe(true);
        if (after !== before) expect(nudge(stops, after, edge, -by as Way)).toEqual(before);
      }),
    );
  });
});
