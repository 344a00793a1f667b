import { expect, test } from "vitest";
import type { HistoryRow } from "../../../api/people";
import { stepsOf } from "./steps";

const row = (transaction: number, number: number, by: string | null = "p"): HistoryRow => ({
  at: `2026-11-27T0${transaction}:00:00Z`, by, transaction, kind: "span", operation: "insert", row: number, values: {},
});

test("what was written at once is one step, in its order", () => {
  const steps = stepsOf([row(1, 1), row(1, 2), row(3, 2, null), row(1, 3)]);
  expect(steps.map(({ transaction, by, rows }) => [transaction, by, rows.map((each) => each.row)])).toEqual([[1, "p", [1, 2]], [3, null, [2]], [1, "p", [3]]]);
  expect(stepsOf([])).toEqual([]);
});
