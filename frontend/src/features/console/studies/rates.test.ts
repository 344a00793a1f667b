import { describe, expect, test } from "vitest";
import { hourlyOf, judge, totalOf } from "./rates";

describe("what a study costs", () => {
  test("is worked out from what was typed so far", () => {
    expect([hourlyOf(4, 20), totalOf(4.1, 3)]).toEqual([12, 12.3]);
    expect([hourlyOf(4, 0), hourlyOf(NaN, 20), totalOf(4, NaN)]).toEqual([null, null, null]);
  });

  test("is held against what Prolific asks for and recommends, and against the study’s own target", () => {
    expect(judge(5.99, "GBP", 12)).toEqual({ grade: "low", bound: 6 });
    expect(judge(6, "GBP", 12)).toEqual({ grade: "least", bound: 9 });
    expect(judge(9, "GBP", 12)).toEqual({ grade: "target", bound: 12 });
    expect(judge(12, "GBP", 12).grade).toBe("fine");
    expect([judge(7.99, "USD", 0).grade, judge(8, "USD", 0).grade, judge(12, "USD", 0).grade]).toEqual(["low", "least", "fine"]);
    expect([judge(1, "EUR", 0).grade, judge(1, "EUR", 9).grade]).toEqual(["fine", "target"]);
  });
});
