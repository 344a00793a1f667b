import { expect, test } from "vitest";
import type { Taxonomy } from "../../../api/console";
import type { QualityReport } from "../../../api/quality";
import { MEASURES, rowsOf } from "./measures";

const figure = (value: number) => ({ value, low: null, high: null, count: 3, reason: null });
const taxonomy = {
  categories: [
    { key: "c1", name: "Relevance", types: [{ key: "irrelevant", name: "Irrelevant" }] },
    { key: "c3", name: "Completeness", types: [{ key: "missing", name: "Missing" }] },
  ],
} as unknown as Taxonomy;
const agreement = {
  overall: { word_alpha: figure(0.5), sentence_alpha: figure(0.4), exact_f1: figure(0.3) },
  categories: { c1: { word_alpha: figure(0.6), exact_f1: figure(0.2) }, c3: { sentence_alpha: figure(0.4) } },
  types: { irrelevant: { word_alpha: figure(0.7), exact_f1: figure(0.1) }, missing: { sentence_alpha: figure(0.4) } },
} as unknown as QualityReport["figures"]["agreement"];

test("a measure of words or sentences has a row for each scope, all types once for either", () => {
  const rows = rowsOf(agreement, MEASURES.find(({ key }) => key === "alpha")!, taxonomy);
  expect(rows.map(({ name, figure }) => [name, figure.value])).toEqual([
    ["All types, marks", 0.5],
    ["All types, missing information", 0.4],
    ["Relevance", 0.6],
    ["Irrelevant", 0.7],
    ["Completeness", 0.4],
    ["Missing", 0.4],
  ]);
});

test("a measure of spans leaves out what has none", () => {
  const rows = rowsOf(agreement, MEASURES.find(({ key }) => key === "exact_f1")!, taxonomy);
  expect(rows.map(({ name }) => name)).toEqual(["All types", "Relevance", "Irrelevant"]);
});
