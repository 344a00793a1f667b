import { expect, test } from "vitest";
import type { ProjectDetail } from "../../../api/console";
import { asKind, changeOf, choose, conditionsFor, lessonsOf, linesOf, newQuestion, optionsOf, typedOf, valuesOf } from "./desk";

const desk: ProjectDetail["desk"] = {
  asks: ["marks"], comparison: "board", needs: "required", overlap: "warn", propose_spans: false, propose_edits: false, questions: [],
  consent: null,
  survey: [], content_warning: "", pay: null, qualification: { span_f1: 0.6, type_accuracy: 0.75, missing_f1: 0.5, attempts: 2 },
  gold: { first: 20, first_rate: 0.1, rate: 0.05, least: 10, share: 0.6 },
};
const project = { desk, guideline: "Read.", guideline_version: "2" } as ProjectDetail;

test("what is typed and not changed is sent as it was", () => {
  expect(changeOf(typedOf(project))).toEqual({ desk, guideline: "Read.", guideline_version: "2" });
  const paid = { ...project, desk: { ...desk, pay: { currency: "EUR", per_text: 0.5 }, consent: { version: "3", body: "Agree?" } } };
  expect(changeOf(typedOf(paid)).desk).toEqual(paid.desk);
});

test("switching consent and pay off sends none", () => {
  const typed = { ...typedOf(project), hasPay: true, pay: { currency: "USD", per_text: 2 } };
  expect(changeOf(typed).desk).toMatchObject({ pay: { per_text: 2 }, consent: null });
  expect(changeOf({ ...typed, hasPay: false }).desk).toMatchObject({ pay: null });
});

test("new questions have keys of their own, and another kind lets go of what it has not", () => {
  const first = newQuestion([]);
  expect([first.key, newQuestion([first]).key, newQuestion([{ ...first, key: "question_2" }]).key]).toEqual(["question_1", "question_2", "question_3"]);
  expect(asKind({ ...first, low: "bad" }, "choice")).toMatchObject({ kind: "choice", low: "", options: [{ key: "yes" }, { key: "no" }] });
  expect(asKind(asKind(first, "choice"), "text").options).toEqual([]);
});

test("options are lines, with a key or without", () => {
  expect(optionsOf("good: Very good\n\n 3 stars \nÜber gut")).toEqual([
    { key: "good", name: "Very good" },
    { key: "o_3_stars", name: "3 stars" },
    { key: "u_ber_gut", name: "Über gut" },
  ]);
  expect(optionsOf(linesOf([{ key: "a", name: "A: one" }]))).toEqual([{ key: "a", name: "A: one" }]);
});

test("conditions name types and earlier answers, and join others of their sort", () => {
  const rating = { ...newQuestion([]), key: "clear", text: "Clear?", points: 2 };
  const choice = { ...asKind(newQuestion([rating]), "choice"), key: "sure" };
  const categories = [{ types: [{ key: "wrong", name: "Wrong" }] }] as ProjectDetail["taxonomy"]["categories"];
  const values = (marks: boolean) => conditionsFor([rating, choice], 1, categories, marks).map(({ value }) => value);
  expect(values(true)).toEqual(["", "clean:true", "clean:false", "marked:wrong", "answer:clear:1", "answer:clear:2"]);
  expect(values(false)).toEqual(["", "answer:clear:1", "answer:clear:2"]);
  const kind = (key: string) => (key === "clear" ? "rating" : "choice");
  const once = choose(null, "answer:clear:2", kind);
  expect(once).toEqual({ answer: "clear", is: [2] });
  const twice = choose(once, "answer:clear:1", kind);
  expect([valuesOf(twice), choose(choose(twice, "answer:clear:1", kind), "answer:clear:2", kind)]).toEqual([["answer:clear:2", "answer:clear:1"], null]);
  expect(choose(twice, "marked:wrong", kind)).toEqual({ marked: ["wrong"] });
  expect([choose(twice, "clean:false", kind), choose(twice, "", kind), valuesOf(null)]).toEqual([{ clean: false }, null, [""]]);
});

test("a file of lessons is read line by line, and a bad line is named", () => {
  expect(lessonsOf('{"part":"tutorial"}\n\n{"part":"qualification"}\n')).toHaveLength(2);
  expect(() => lessonsOf('{"part":"tutorial"}\n{')).toThrow("Line 2");
});
