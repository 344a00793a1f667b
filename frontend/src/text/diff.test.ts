import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lineEnds, wordDiff } from "./diff";
import { withoutWords } from "./mend";
import { codePoints } from "./offsets";
import { find } from "./search";
import { graphemes } from "./words";

const pieces = fc.constantFrom("one", "two", "3", " ", " ", "\n", "\r\n", ".", ", ", "👩‍👩‍👧", "🇩🇪", "🇫🇷", "e\u0301", "\u0301", "\u200d", "한", "\u1100", "\u1161", "क्", "षि", "\u0600", "ا", "東京");
const text = fc.oneof(fc.array(pieces).map((parts) => parts.join("")), fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }));

describe("word diff", () => {
  test("a replaced phrase is one change, in the place it has in the text before", () => {
    expect(wordDiff("It has 😀 two moons.", "It has 😀 one small moon.")).toEqual([
      { kind: "same", text: "It has 😀 ", start: 0, end: 9 },
      { kind: "removed", text: "two moons", start: 9, end: 18 },
      { kind: "added", text: "one small moon", start: 18, end: 18 },
      { kind: "same", text: ".", start: 18, end: 19 },
    ]);
  });

  test.each([
    ["A. It rhymes. It has two.", "A. It has two.", "It rhymes. "],
    ["A. 🌕 It rhymes. It has ice.", "A. It has dust.", "🌕 It rhymes. ", "ice"],
    ["the the end", "the end", "the "],
    ["One. Two.", "One. New. Two.", "New. "],
  ])("%j to %j changes whole sentences and words", (before, after, ...gone) => {
    expect(wordDiff(before, after).filter(({ kind }) => kind !== "same").map(({ text }) => text)).toEqual(expect.arrayContaining(gone));
  });

  test("both texts and all places can be read back", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = wordDiff(before, after);
        const without = (kind: string) => diff.filter((change) => change.kind !== kind).map((change) => change.text).join("");
        expect([without("added"), without("removed")]).toEqual([before, after]);
        const { slice } = codePoints(before);
        for (const { kind, text: part, start, end } of diff) expect(slice(start, end)).toBe(kind === "added" ? "" : part);
      }),
    );
  });

  test("no change begins or ends inside a grapheme", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const edges = (of: string) => new Set([0, ...graphemes(of).map(({ end }) => end)]);
        const [inBefore, inAfter] = [edges(before), edges(after)];
        let at = 0;
        for (const { kind, text: part, start, end } of wordDiff(before, after)) {
          expect(inBefore.has(start) && inBefore.has(end)).toBe(true);
          if (kind !== "removed") at += codePoints(part).length;
          expect(inAfter.has(at)).toBe(true);
        }
      }),
    );
  });

  test("texts that share next to nothing are still compared, as one change", () => {
    const many = (word: string) => Array.from({ length: 2000 }, (_, i) => `${word}${i}`).join(" ");
    expect(wordDiff(`Same. ${many("a")} End.`, `Same. ${many("b")} End.`).map(({ kind }) => kind)).toEqual(["same", "removed", "added", "same"]);
  });

  test("line ends of a response are those of a field", () => expect(lineEnds("a\r\nb\rc\n")).toBe("a\nb\nc\n"));
});

describe("taking words out", () => {
  const out = (of: string, words: string) => withoutWords(of, { start: codePoints(of.slice(0, of.indexOf(words))).length, end: codePoints(of.slice(0, of.indexOf(words) + words.length)).length });

  test.each([
    ["One two three.", "two", "One three."],
    ["One two three.", "One", "two three."],
    ["One. Two. Three.", "Two.", "One. Three."],
    ["One. Two. Three.", "Two", "One. Three."],
    ["One. Two.", "Two.", "One."],
    ["It has moons, and a ring.", "and a ring", "It has moons."],
    ["It has moons, many, and a ring.", "many", "It has moons, and a ring."],
    ["A moon (a small one) shines.", "a small one", "A moon shines."],
    ["One.\n\nTwo. Three.", "Two.", "One.\n\nThree."],
    ["It is 😀 big, not small.", "big", "It is 😀, not small."],
    ["東京は大きい。", "大きい", "東京は。"],
  ])("%j without %j", (of, words, left) => expect(out(of, words)).toBe(left));

  test("nothing is added, and only white space and punctuation are lost besides the words", () => {
    fc.assert(
      fc.property(text, fc.nat(), fc.nat(), (of, a, b) => {
        const { length, slice } = codePoints(of);
        const span = { start: Math.min(a, b) % (length + 1), end: 0 };
        span.end = span.start + (Math.max(a, b) % (length - span.start + 1));
        const letters = (some: string) => some.replace(/[\s\p{P}]/gu, "");
        expect(letters(withoutWords(of, span))).toBe(letters(slice(0, span.start)) + letters(slice(span.end, length)));
      }),
    );
  });
});

describe("search", () => {
  const texts = ["The bridge opened in 1932.", "It is 😀 LONG; it opened twice.", "Istanbul, İzmir (a+b)"];
  const found = (query: string) => find(texts, query).hits.map(({ text: index, start, end }) => [index, codePoints(texts[index]!).slice(start, end)]);

  test("what is asked for as it stands, whatever its case and its white space", () => {
    expect(found(" OPENED  in ")).toEqual([[0, "opened in"]]);
    expect(found("long; it")).toEqual([[1, "LONG; it"]]);
    expect(found("(a+b)")).toEqual([[2, "(a+b)"]]);
    expect(found("moon")).toEqual([]);
    expect(found("  ")).toEqual([]);
  });

  test("where it stands nowhere, words that begin like its own", () => {
    expect(find(texts, "it opened in 1923").whole).toBe(false);
    expect(found("bridges open 1932")).toEqual([[0, "open"], [0, "1932"], [1, "open"]]);
  });

  test("hits are where they say they are, for any query", () => {
    fc.assert(
      fc.property(fc.array(text), text, (all, query) => {
        for (const { text: index, start, end } of find(all, query).hits) expect(start < end && end <= codePoints(all[index]!).length).toBe(true);
      }),
    );
  });
});
