/** Settings as they are typed, and as they are sent. */
import type { ProjectChange, ProjectDetail } from "../../../api/console";

const NUMBERS = ["overlap", "judged_responses", "lease_minutes", "retrain_after_annotations", "retrain_every_hours"] as const;

/** Which example is judged next, and how to say it. */
export const STRATEGIES = {
  breadth_first: ["Every example once, then again", "Each example is judged by one annotator before any is judged by a second."],
  depth_first: ["One example after another", "An example gets all its annotators before the next one is begun."],
  uncertainty_first: ["Where reward models are unsure", "Responses that the reward models were least sure about when they were sampled come first."],
  disagreement_first: ["Where annotators differ", "Examples that their annotators see most differently are given to the next one first."],
} as const;

export type Strategy = keyof typeof STRATEGIES;

export type Typed = Record<"name" | "base_policy" | "base_reward" | (typeof NUMBERS)[number], string> & {
  require_corrections: boolean;
  strategy: Strategy;
};

export function typedOf(project: ProjectDetail): Typed {
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, project[name]?.toString() ?? ""])) as Record<(typeof NUMBERS)[number], string>;
  return {
    ...numbers,
    name: project.name,
    base_policy: project.base_policy ?? "",
    base_reward: project.base_reward ?? "",
    require_corrections: project.require_corrections ?? false,
    strategy: project.strategy ?? "breadth_first",
  };
}

/** An empty number is null, "never"; what is no number goes as it was typed, for the server to complain about. */
export function changeOf({ name, base_policy, base_reward, require_corrections, strategy, ...numbers }: Typed): ProjectChange {
  const read = (typed: string) => (typed.trim() === "" ? null : Number.isFinite(Number(typed)) ? Number(typed) : typed);
  const body = Object.fromEntries(NUMBERS.map((key) => [key, read(numbers[key])]));
  return { name, base_policy: base_policy.trim(), base_reward: base_reward.trim(), require_corrections, strategy, ...body };
}
