import { expect, it } from "vitest";
import { duration, modelName, number, plural, signed, tick } from "./format";

it("writes numbers with as many digits as say something", () => {
  expect([0, 1250, -3, 0.8712, 1.23456, 88.25, 1234.5, 0.00001, null].map(number)).toEqual([
    "0",
    "1,250",
    "−3",
    "0.8712",
    "1.235",
    "88.250",
    "1234.5",
    "1.00e−5",
    "not finite",
  ]);
  expect([0.3, -0.004, -1.5, 0].map(signed)).toEqual(["+0.30", "0.00", "−1.50", "0.00"]);
  expect([0, 0.5, -2, 0.1 + 0.2, 0.000004].map(tick)).toEqual(["0", "0.5", "−2", "0.3", "4e−6"]);
});

it("writes durations in two units at most", () => {
  expect([0.4, 59, 61, 3600, 90_061].map(duration)).toEqual(["0 s", "59 s", "1 min 01 s", "1 h 00 min", "1 d 1 h"]);
});

it("names counts and models", () => {
  expect([plural(1, "mark"), plural(1204, "mark")]).toEqual(["1 mark", "1,204 marks"]);
  expect([modelName("/data/models/tiny/"), modelName("google/flan-t5-small")]).toEqual(["tiny", "google/flan-t5-small"]);
});
