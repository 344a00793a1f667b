import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codePoints } from "./offsets";
import { bySpan, cut, lanes, overlaps } from "./spans";
import { graphemes, lineAt, rightToLeft, snap, stopAt, trim, words } from "./words";

const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), fc.string({ unit: fc.constantFrom("a", " ", ".", ",", "é", "👩‍🚀", "\r\n", "م", "東", "\u0301") }));
const quotes = (spans: { start: number; end: number }[], of: string) => spans.map(({ start, end }) => codePoints(of).slice(start, end));

describe("code points", () => {
  test.each([
    ["", 0],
    ["plain", 5],
    ["a😀b", 3],
    ["👩‍🚀", 3],
    ["e\u0301", 2],
    ["\ud800x", 2],
  ])("%j has %i", (value, length) => expect(codePoints(value).length).toBe(length));

  test("conversion round-trips at every code point", () => {
    fc.assert(
      fc.property(text, (value) => {
        const { length, utf16, codePoint, slice } = codePoints(value);
        for (let cp = 0; cp <= length; cp += 1) expect(codePoint(utf16(cp))).toBe(cp);
        expect(Array.from(value)).toEqual(Array.from({ length }, (_, cp) => slice(cp, cp + 1)));
      }),
    );
  });
});

describe("words", () => {
  test("words and runs of punctuation are stops, white space is not", () => {
    const value = "“Don’t,” he said... 東京タワー 😀!";
    expect(quotes(words(value), value)).toEqual(["“", "Don’t", ",”", "he", "said", "...", "東京タワー", "😀", "!"]);
  });

  test("stops are sorted, apart, and leave out white space only", () => {
    fc.assert(
      fc.property(text, (value) => {
        const stops = words(value);
        const gaps = [{ start: 0, end: 0 }, ...stops].map(({ end }, i) => codePoints(value).slice(end, stops[i]?.start ?? codePoints(value).length));
        expect(gaps.join("").trim()).toBe("");
        stops.forEach(({ start, end }, i) => expect(start < end && start >= (stops[i - 1]?.end ?? 0)).toBe(true));
      }),
    );
  });

  test("graphemes keep families together", () => expect(graphemes("a👩‍👩‍👧e\u0301")).toEqual([{ start: 0, end: 1 }, { start: 1, end: 6 }, { start: 6, end: 8 }]));

  test("a selection snaps outward to whole words", () => {
    const stops = words("one two, three");
    expect(snap(stops, { start: 5, end: 10 })).toEqual({ start: 4, end: 14 });
    expect(snap(stops, { start: 3, end: 4 })).toBeNull();
  });

  test("an offset between stops belongs to the one before", () => {
    const stops = words("one two");
    expect([0, 2, 3, 4, 99].map((offset) => stopAt(stops, offset))).toEqual([0, 0, 0, 1, 1]);
    expect(stopAt([], 0)).toBe(-1);
  });

  test.each([
    ["12 שלום", true],
    ["«مرحبا» abc", true],
    ["\u200fabc", true],
    ["abc שלום", false],
    ["\u200eשלום", false],
    ["東京 שלום", false],
    ["12", false],
    ["", false],
  ])("%j runs from right to left: %s", (value, expected) => expect(rightToLeft(value)).toBe(expected));

  test("a line goes from one break to the next", () => {
    const value = codePoints("😀a\r\nb\n\nc");
    const at = (offset: number) => value.slice(lineAt(value, offset).start, lineAt(value, offset).end);
    expect([0, 1, 4, 6, 7].map(at)).toEqual(["😀a", "😀a", "b", "", "c"]);
  });

  test("trim leaves no white space at the ends", () => {
    expect(trim(codePoints(" 😀 a \n"), { start: 0, end: 6 })).toEqual({ start: 1, end: 4 });
    expect(trim(codePoints("  "), { start: 0, end: 2 })).toBeNull();
  });
});

describe("spans", () => {
  const span = fc.tuple(fc.nat(40), fc.integer({ min: 1, max: 12 })).map(([start, length]) => ({ start, end: start + length }));

  test("overlapping spans never share a lane", () => {
    fc.assert(
      fc.property(fc.array(span), (spans) => {
        const sorted = spans.toSorted(bySpan);
        const lane = lanes(sorted);
        sorted.forEach((a, i) => sorted.slice(0, i).forEach((b, j) => expect(overlaps(a, b) && lane[i] === lane[j]).toBe(false)));
      }),
    );
  });

  test("pieces partition, and no boundary falls inside one", () => {
    fc.assert(
      fc.property(span, fc.array(span), (within, spans) => {
        const pieces = cut(within, spans);
        expect([pieces[0]!.start, pieces.at(-1)!.end]).toEqual([within.start, within.end]);
        pieces.slice(1).forEach((piece, i) => expect(piece.start).toBe(pieces[i]!.end));
        for (const { start, end } of spans) for (const piece of pieces) for (const at of [start, end]) expect(at > piece.start && at < piece.end).toBe(false);
      }),
    );
  });
});
