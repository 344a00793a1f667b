import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { domainOf, layersOf, layerValues, pieces, strength, SUM, tokenTexts } from "./heat";

const tokens = [0, 3, 6, 9].map((start) => ({ start, end: start + 3 }));
const response = { text: "abcdefghijkl", tokens, rewards: { relevance: [0, 0.5, 0, -0.3], factuality: [0, -0.5, 0, 0] } };

describe("pieces", () => {
  it("end where a reward stands, and what follows the last has none", () => {
    expect(pieces(response, "relevance")).toEqual([
      { first: 0, last: 1, value: 0.5 },
      { first: 2, last: 3, value: -0.3 },
    ]);
    expect(pieces(response, "factuality")).toEqual([
      { first: 0, last: 1, value: -0.5 },
      { first: 2, last: 3, value: null },
    ]);
  });

  it("of the sum end also where rewards cancel out", () => {
    expect(layerValues(response, SUM)).toEqual([0, 0, 0, -0.3]);
    expect(pieces(response, SUM)[0]).toEqual({ first: 0, last: 1, value: 0 });
  });

  it("part the tokens of any response without gap or overlap", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 0.5, -1), { maxLength: 30 }), (values) => {
        const found = pieces({ tokens: values.map((_, i) => ({ start: i, end: i + 1 })), rewards: { a: values } }, "a");
        expect(found.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i))).toEqual(values.map((_, i) => i));
      }),
    );
  });
});

describe("the scale", () => {
  it("is symmetric, round and wide enough for every response on the page", () => {
    expect(domainOf([response], "relevance")).toBe(0.5);
    expect(domainOf([{ tokens: [tokens[0]!], rewards: { a: [-0.51] } }], "a")).toBe(1);
    expect(domainOf([{ tokens: [tokens[0]!], rewards: { a: [0.3] } }], "a")).toBe(0.5);
    expect(domainOf([{ tokens: [tokens[0]!], rewards: { a: [-130] } }], "a")).toBe(200);
    expect(domainOf([], "a")).toBe(1);
    expect(domainOf([{ tokens: [tokens[0]!], rewards: { a: [0] } }], "a")).toBe(1);
  });

  it("covers whatever comes, at most tenfold", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (value) => {
        const domain = domainOf([{ tokens: [tokens[0]!], rewards: { a: [-value] } }], "a");
        expect(domain).toBeGreaterThanOrEqual(value * (1 - 1e-6));
        expect(domain).toBeLessThanOrEqual(value * 10);
        expect(strength(value, domain)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("is nothing at 0 and full at its end, for good and for bad", () => {
    expect([0, 0.25, -0.5, 3].map((value) => strength(value, 0.5))).toEqual([0, 0.5, 1, 1]);
  });
});

it("offers each category, and their sum where there are several", () => {
  expect(layersOf([response])).toEqual(["relevance", "factuality", SUM]);
  expect(layersOf([{ tokens, rewards: { relevance: [] } }])).toEqual(["relevance"]);
  expect(layersOf([{ tokens, rewards: {} }])).toEqual([]);
});

it("cuts tokens by code points", () => {
  expect(
    tokenTexts({
      text: "a🌕b",
      tokens: [
        { start: 0, end: 2 },
        { start: 2, end: 3 },
      ],
    }),
  ).toEqual(["a🌕", "b"]);
});
