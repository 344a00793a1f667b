/** The same cases as tests/domain reads: the browser and the server must agree on every offset. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codePoints } from "./offsets";
import { graphemes, words } from "./words";

type Case = {
  name: string;
  text: string;
  code_points: number;
  utf16: number;
  spans: { start: number; end: number; utf16_start: number; utf16_end: number; quote: string }[];
  words: [number, number][];
  graphemes: number[];
};

const cases = JSON.parse(readFileSync("../tests/golden/offsets.json", "utf-8")) as Case[];

describe.each(cases)("$name", (each) => {
  const text = codePoints(each.text);

  test("lengths", () => expect([text.length, text.text.length]).toEqual([each.code_points, each.utf16]));

  test.each(each.spans)("span $start–$end", ({ start, end, utf16_start, utf16_end, quote }) => {
    expect([text.utf16(start), text.utf16(end)]).toEqual([utf16_start, utf16_end]);
    expect([text.codePoint(utf16_start), text.codePoint(utf16_end)]).toEqual([start, end]);
    expect(text.slice(start, end)).toBe(quote);
  });

  test("words", () => expect(words(each.text).map(({ start, end }) => [start, end])).toEqual(each.words));

  test("graphemes", () => expect([0, ...graphemes(each.text).map(({ end }) => end)]).toEqual(each.graphemes));
});

const graphemeCases = JSON.parse(readFileSync("../tests/golden/graphemes.json", "utf-8")) as Pick<Case, "name" | "text" | "graphemes">[];

test.each(graphemeCases)("graphemes: $name", ({ text, graphemes: boundaries }) => {
  expect([0, ...graphemes(text).map(({ end }) => end)]).toEqual(boundaries);
});
