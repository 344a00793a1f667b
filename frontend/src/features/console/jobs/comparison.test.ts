import { describe, expect, it } from "vitest";
import { comparisonOf, reachOf } from "./comparison";

const metrics = {
  "0/clean/low": 0.5,
  "1/clean/low": 0.75,
  "0/distinct_2": 0.9,
  "1/distinct_2": null,
  "1/judge/score/x": 2,
  "differences/1/mean/clean/low": 0.25,
  "differences/1/low/clean/low": -0.5,
  "differences/1/high/clean/low": 0.4,
  "at_equal_length/1/mean/clean/low": 0.1,
  "at_equal_length/1/low/clean/low": -0.1,
  "at_equal_length/1/high/clean/low": 0.2,
};

describe("an evaluation's result", () => {
  it("is a row per metric, with each policy's value and its differences to the first", () => {
    const [clean, distinct, judged, ...rest] = comparisonOf(metrics);
    expect(rest).toEqual([]);
    expect(clean).toEqual({
      name: "clean/low",
      values: [0.5, 0.75],
      differences: [{ mean: 0.25, low: -0.5, high: 0.4 }],
      atEqualLength: [{ mean: 0.1, low: -0.1, high: 0.2 }],
    });
    expect(distinct).toEqual({ name: "distinct_2", values: [0.9, null], differences: [null], atEqualLength: [null] });
    expect(judged!.values).toEqual([null, 2]);
  });

  it("draws a row's intervals on one scale", () => {
    const [clean, distinct] = comparisonOf(metrics);
    expect([reachOf(clean!), reachOf(distinct!)]).toEqual([0.5, 0]);
  });

  it("has no differences where one policy stands alone, and no rows where nothing was told", () => {
    expect(comparisonOf({ "0/clean/f": 1 })).toEqual([{ name: "clean/f", values: [1], differences: [], atEqualLength: [] }]);
    expect(comparisonOf({})).toEqual([]);
  });
});
