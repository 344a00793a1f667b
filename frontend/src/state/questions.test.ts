/** The same cases as tests/domain reads: the browser and the server must ask the same. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { apply, emptyWork, untouched, type Answer, type Judgement } from "./annotation";
import { askedQuestions, givenAnswers, openQuestions, type Question } from "./questions";

type Case = { name: string; questions: Partial<Question>[]; marked: string[]; missing: string[]; answers: Record<string, Answer>; asked: string[]; given: Record<string, Answer>; open: string[] };

const cases = JSON.parse(readFileSync("../tests/golden/questions.json", "utf-8")) as Case[];
const defaults = { required: true, points: 5, low: "", high: "", options: [], multiple: false, when: null };

function judgement({ marked, missing, answers }: Pick<Case, "marked" | "missing" | "answers">): Judgement {
  const marks = marked.map((type, id) => ({ id, start: id, end: id + 1, type, antecedent: null, evidence: [] }));
  const absent = missing.map((type, i) => ({ id: marked.length + i, type, evidence: [] }));
  return { ...untouched, marks, missing: absent, clean: marks.length + absent.length === 0, answers };
}

describe.each(cases)("$name", (each) => {
  const questions = each.questions.map((question) => ({ ...defaults, ...question }) as Question);
  const said = judgement(each);

  test("asked", () => expect(askedQuestions(questions, said).map(({ key }) => key)).toEqual(each.asked));
  test("given", () => expect(givenAnswers(questions, said)).toEqual(each.given));
  test("open", () => expect(openQuestions(questions, said).map(({ key }) => key)).toEqual(each.open));
});

test("before anything is said, a response is neither clean nor not", () => {
  const asks = (clean: boolean) => ({ ...defaults, key: "k", text: "?", kind: "text", when: { clean } }) as Question;
  expect(askedQuestions([asks(true), asks(false)], untouched)).toEqual([]);
});

test("an answer outlives the condition of its question, and does not go out meanwhile", () => {
  const question = { ...defaults, key: "why", text: "?", kind: "text", when: { marked: ["plain"] } } as Question;
  const mark = { do: "mark", response: 0, span: { start: 0, end: 1 }, type: "plain" } as const;
  const marked = [mark, { do: "write", response: 0, key: "why", text: "So." } as const].reduce(apply, emptyWork([0], [0]));
  const unmarked = apply(marked, { do: "delete", response: 0, id: 1 });
  const given = (work: typeof marked) => givenAnswers([question], work.judgements[0]!);
  expect([given(marked), given(unmarked), given(apply(unmarked, mark))]).toEqual([{ why: "So." }, {}, { why: "So." }]);
});
