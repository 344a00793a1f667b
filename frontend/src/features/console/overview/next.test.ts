import { expect, it } from "vitest";
import { nextStep, ppoPlan, retrainPlan, type Facts } from "./next";

const reward = { name: "reward-1", kind: "reward", stage: "active" } as const;
const ready: Facts = {
  project: { base_policy: "", base_reward: "/models/encoder" },
  progress: { examples: 3, annotations: 2 },
  types: [{ marks: 1 }],
  datasets: [{ name: "feedback-2" }, { name: "feedback-1" }],
  models: [reward, { name: "policy-4", kind: "policy", stage: "active" }],
};
const none = { ...ready, models: [] };
const progress = (part: Partial<Facts["progress"]>) => ({ ...ready, progress: { ...ready.progress, ...part } });

it("says what retraining will take, or why it cannot be done", () => {
  expect(retrainPlan(ready)).toEqual({ will: expect.stringContaining("all 2 annotations") });
  expect(retrainPlan(progress({ annotations: 0 }))).toEqual({ impossible: expect.stringContaining("no annotation yet") });
  expect(retrainPlan({ ...ready, types: [{ marks: 0 }] })).toEqual({ impossible: expect.stringContaining("clean") });
  expect(retrainPlan({ ...ready, project: { base_reward: "" } })).toEqual({ impossible: expect.stringContaining("settings") });
});

it("says which models and prompts PPO will use, or what it lacks", () => {
  expect(ppoPlan(ready)).toEqual({ will: expect.stringMatching(/policy-4.*“feedback-2”.*reward-1/) });
  expect(ppoPlan({ ...ready, models: [reward], project: { base_policy: "/models/tiny" } })).toEqual({ will: expect.stringContaining("policy tiny") });
  expect(ppoPlan(none)).toEqual({ impossible: expect.stringContaining("No reward model is active") });
  expect(ppoPlan({ ...ready, models: [reward] })).toEqual({ impossible: expect.stringContaining("no policy") });
  expect(ppoPlan({ ...ready, datasets: [] })).toEqual({ impossible: expect.stringContaining("no dataset") });
});

it("goes from import to annotation, retraining, promotion and PPO", () => {
  expect(nextStep(progress({ examples: 0, annotations: 0 }))).toBe("import");
  expect(nextStep(progress({ annotations: 0 }))).toBe("annotate");
  expect(nextStep(none)).toBe("retrain");
  expect(nextStep({ ...none, models: [{ ...reward, stage: "candidate" }] })).toBe("promote");
  expect(nextStep(ready)).toBe("ppo");
});
