/** Which one thing a project needs next, and what the two big actions would do or why they cannot be done. */
import type { Dashboard, Dataset, Model, ProjectDetail } from "../../../api/console";
import { modelName, plural } from "../format";

export type Facts = {
  project: Pick<ProjectDetail, "base_policy" | "base_reward">;
  progress: Pick<Dashboard["progress"], "examples" | "annotations">;
  types: Pick<Dashboard["types"][number], "marks">[];
  datasets: Pick<Dataset, "name">[];
  models: Pick<Model, "name" | "kind" | "stage">[];
};

export type Step = "import" | "annotate" | "retrain" | "promote" | "ppo";

/** `impossible` says why; otherwise `will` says what happens. */
export type Plan = { will: string } | { impossible: string };

const active = ({ models }: Facts, kind: Model["kind"]) => models.find((model) => model.kind === kind && model.stage === "active");

export function retrainPlan(facts: Facts): Plan {
  const { annotations } = facts.progress;
  if (annotations === 0) return { impossible: "There is no annotation yet to learn from." };
  if (!facts.types.some(({ marks }) => marks > 0)) return { impossible: "Every annotation so far is clean: there is no error to learn." };
  if (!facts.project.base_reward) return { impossible: "No base model for rewards is set: name one in the settings." };
  return {
    will: `Freezes all ${plural(annotations, "annotation")} as a new dataset and trains reward models on it, from ${modelName(facts.project.base_reward)}.`,
  };
}

export function ppoPlan(facts: Facts): Plan {
  const reward = active(facts, "reward");
  const policy = active(facts, "policy")?.name ?? (facts.project.base_policy ? modelName(facts.project.base_policy) : undefined);
  const dataset = facts.datasets[0];
  if (!reward) return { impossible: "No reward model is active: train one, then promote it." };
  if (!policy) return { impossible: "There is no policy: promote one, or name a base policy in the settings." };
  if (!dataset) return { impossible: "There is no dataset to take prompts from: freeze or upload one." };
  return {
    will: `Trains policy ${policy} on the prompts of dataset “${dataset.name}”, rewarded by ${reward.name}. The new policy becomes a candidate; nothing is replaced.`,
  };
}

export function nextStep(facts: Facts): Step {
  if (facts.progress.examples === 0) return "import";
  if (facts.progress.annotations === 0) return "annotate";
  if (active(facts, "reward")) return "ppo";
  return facts.models.some(({ kind, stage }) => kind === "reward" && stage === "candidate") ? "promote" : "retrain";
}
