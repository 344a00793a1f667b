import { describe, expect, it } from "vitest";
import { complaintsOf, requestOf, sectionsOf, type Typed } from "./parameters";

const empty: Typed = { kind: "ppo", dataset: "", policy: "", reward: "", judge: "", perplexity_under: "", policies: [], typed: {}, json: "" };

describe("the request", () => {
  it("leaves to the server what nobody filled in", () => {
    expect(requestOf(empty)).toEqual({ body: { kind: "ppo", params: {} } });
    expect(requestOf({ ...empty, typed: { steps: "" }, json: "  " })).toEqual({ body: { kind: "ppo", params: {} } });
  });

  it("reads numbers, boxes and choices, and merges the rest from JSON", () => {
    const form: Typed = {
      ...empty,
      kind: "sample",
      dataset: "d",
      policy: "p",
      reward: "r",
      typed: { split: "test", limit: "20", temperature: "0,5", as_round: true },
      json: '{"top_k": 0}',
    };
    expect(requestOf(form)).toEqual({
      body: {
        kind: "sample",
        dataset: "d",
        policy: "p",
        reward: "r",
        params: { split: "test", limit: 20, temperature: 0.5, as_round: true, top_k: 0 },
      },
    });
  });

  it("sends only what the kind takes", () => {
    expect(requestOf({ ...empty, kind: "reward", policy: "p", reward: "r", policies: ["p"] })).toEqual({ body: { kind: "reward", params: {} } });
    expect(requestOf({ ...empty, kind: "evaluate", policy: "p", policies: ["p", "q"], judge: "j", perplexity_under: "r" })).toEqual({
      body: { kind: "evaluate", policies: ["p", "q"], judge: "j", perplexity_under: "r", params: {} },
    });
    expect(requestOf({ ...empty, judge: "j", perplexity_under: "r" })).toEqual({ body: { kind: "ppo", judge: "j", params: {} } });
  });

  it("reads weights and names as they are written", () => {
    const params = (part: Partial<Typed>) => (requestOf({ ...empty, ...part }) as { body: { params?: unknown } }).body.params;
    for (const typed of ["factuality 0.5, preference 1", " factuality: 0.5,preference=1 ,"]) {
      expect(params({ typed: { reward_weights: typed } })).toEqual({ reward_weights: { factuality: 0.5, preference: 1 } });
    }
    expect(params({ kind: "reward", typed: { without_passages: "relevance, style", ties: "davidson" } })).toEqual({
      without_passages: ["relevance", "style"],
      ties: "davidson",
    });
    for (const typed of ["factuality", "0.5", "factuality much", "factuality 1 2"]) {
      const { wrong } = requestOf({ ...empty, typed: { reward_weights: typed } }) as { wrong: Record<string, string> };
      expect(wrong["reward_weights"]).toContain(`“${typed}” is not categories with their weights`);
    }
  });

  it("says what is no number, no JSON, no object, or said twice", () => {
    const wrong = (part: Partial<Typed>) => (requestOf({ ...empty, ...part }) as { wrong: Record<string, string> }).wrong;
    expect(wrong({ typed: { steps: "many" } })["steps"]).toContain("“many” is not a number");
    expect(wrong({ json: "{" })["json"]).toContain("not JSON");
    expect(wrong({ json: "[1]" })["json"]).toContain("JSON object");
    expect(wrong({ typed: { steps: "5" }, json: '{"steps": 6}' })["json"]).toContain("“steps” is filled in above");
  });
});

it("brings the server's complaints to their fields, and the others to the box", () => {
  const fields = { "ppo.steps": "must be at least 1", "ppo.bar": "is not a field", "ppo.foo": "is not a field", judge: "is unknown" };
  expect(complaintsOf("ppo", fields)).toEqual({
    steps: "must be at least 1",
    judge: "is unknown",
    json: "bar is not a field; foo is not a field",
  });
});

it("asks with the words of the form, and the types, defaults and explanations of the spec", () => {
  const every = sectionsOf("reward").flatMap(({ parameters }) => parameters);
  expect(every.find(({ name }) => name === "ties")).toMatchObject({
    label: "Ties",
    type: "choice",
    default: "drop",
    of: [{ value: "drop", label: "left out" }, { value: "rao_kupper" }, { value: "davidson" }],
  });
  expect(every.find(({ name }) => name === "margin")).toMatchObject({ type: "number", default: 0, help: expect.stringContaining("strength") as string });
});
