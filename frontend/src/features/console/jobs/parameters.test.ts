import { describe, expect, it } from "vitest";
import { complaintsOf, requestOf, type Typed } from "./parameters";

const empty: Typed = { kind: "ppo", dataset: "", policy: "", reward: "", policies: [], typed: {}, json: "" };

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
    expect(requestOf({ ...empty, kind: "evaluate", policy: "p", policies: ["p", "q"] })).toEqual({
      body: { kind: "evaluate", policies: ["p", "q"], params: {} },
    });
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
  const fields = { "ppo.steps": "must be at least 1", "ppo.gamma": "must be at most 1", "ppo.foo": "is not a field", reward: "none is active" };
  expect(complaintsOf("ppo", fields)).toEqual({
    steps: "must be at least 1",
    reward: "none is active",
    json: "gamma must be at most 1; foo is not a field",
  });
});
