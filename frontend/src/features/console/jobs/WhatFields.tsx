import { Checkbox, NativeSelect } from "@mantine/core";
import type { Dataset, JobKind, Model, ModelKind } from "../../../api/console";
import { JOB_NAMES, modelName, moment } from "../format";
import { activeOf, useProject } from "../project";
import { helpOf, TAKES, type Complaints, type Typed } from "./parameters";

const DOES: Record<JobKind, string> = {
  sft: "Teaches a policy to answer like the reference answers of a dataset. The result is a new candidate policy.",
  reward: "Learns from marked responses to find errors of each category. The result is a new candidate reward model.",
  ppo: "Trains a policy towards responses that the reward models find right. The result is a new candidate policy.",
  sample: "Lets a policy answer a dataset's prompts and scores every token. The result is shown under Samples.",
  evaluate: "Compares policies on the same held-out prompts by the same reward models. The result stands on the job's page.",
};

type Props = { form: Typed; wrong: Complaints; change: (part: Partial<Typed>) => void; datasets: Dataset[]; models: Model[] };

/** The kind of job, and the dataset and models that this kind takes. */
export function WhatFields({ form, wrong, change, datasets, models }: Props) {
  const project = useProject();
  const takes = TAKES[form.kind];
  return (
    <div className="form">
      <NativeSelect
        label="Kind"
        description={DOES[form.kind]}
        value={form.kind}
        onChange={({ target }) => change({ kind: target.value as JobKind, typed: {} })}
        data={Object.entries(JOB_NAMES).map(([value, label]) => ({ value, label }))}
      />
      <NativeSelect
        label="Dataset"
        value={form.dataset}
        onChange={({ target }) => change({ dataset: target.value })}
        error={wrong["dataset"]}
        data={datasetChoices(form.kind, datasets)}
      />
      {takes.includes("policy") && (
        <ModelSelect
          label="Policy"
          kind="policy"
          value={form.policy}
          models={models}
          base={project.base_policy}
          error={wrong["policy"]}
          onChange={(policy) => change({ policy })}
        />
      )}
      {takes.includes("reward") && (
        <ModelSelect
          label="Reward model"
          kind="reward"
          value={form.reward}
          models={models}
          error={wrong["reward"]}
          onChange={(reward) => change({ reward })}
        />
      )}
      {takes.includes("judge") && (
        <ModelSelect
          label="Judge"
          help={helpOf(form.kind, "judge")}
          kind="reward"
          value={form.judge}
          models={models}
          none="None"
          error={wrong["judge"]}
          onChange={(judge) => change({ judge })}
        />
      )}
      {takes.includes("perplexity_under") && (
        <ModelSelect
          label="Perplexity under"
          help={helpOf(form.kind, "perplexity_under")}
          kind="policy"
          value={form.perplexity_under}
          models={models}
          none="None: no perplexity is told"
          error={wrong["perplexity_under"]}
          onChange={(perplexity_under) => change({ perplexity_under })}
        />
      )}
      {takes.includes("policies") && <Policies models={models} chosen={form.policies} onChange={(policies) => change({ policies })} />}
    </div>
  );
}

function datasetChoices(kind: JobKind, every: Dataset[]) {
  const datasets = every.filter((dataset) => !dataset.erased_at);
  const newest = datasets.find((dataset) => kind === "sft" && dataset.kind === "examples") ?? datasets[0];
  const fallback =
    kind === "reward" ? "A new one: all annotations as they are now" : newest ? `The newest: ${newest.name}` : "None yet: freeze or upload one first";
  return [
    { value: "", label: fallback },
    ...datasets.map((dataset) => ({ value: dataset.id, label: `${dataset.name} (${dataset.kind}, ${moment(dataset.created_at)})` })),
  ];
}

function ModelSelect({
  label,
  help,
  kind,
  value,
  models,
  base,
  none,
  error,
  onChange,
}: {
  label: string;
  help?: string | undefined;
  kind: ModelKind;
  value: string;
  models: Model[];
  base?: string | undefined;
  /** What it is where no model is chosen, if not the active one. */
  none?: string;
  error?: string | undefined;
  onChange: (id: string) => void;
}) {
  const active = activeOf(models, kind);
  const fallback = none ?? (active ? `The active one: ${active.name}` : base ? `The base: ${modelName(base)}` : "None is active");
  const data = [
    { value: "", label: fallback },
    ...models.filter((model) => model.kind === kind).map((model) => ({ value: model.id, label: `${model.name} (${model.stage})` })),
  ];
  return <NativeSelect label={label} description={help} value={value} data={data} error={error} onChange={({ target }) => onChange(target.value)} />;
}

function Policies({ models, chosen, onChange }: { models: Model[]; chosen: string[]; onChange: (ids: string[]) => void }) {
  const policies = models.filter(({ kind }) => kind === "policy");
  return (
    <fieldset className="plain">
      <legend>Policies to compare</legend>
      {policies.length === 0 && <p className="soft">There is none yet; the project’s base policy is evaluated.</p>}
      {policies.map(({ id, name, stage }) => (
        <Checkbox
          key={id}
          label={`${name} (${stage})`}
          checked={chosen.includes(id)}
          onChange={({ target }) => onChange(target.checked ? [...chosen, id] : chosen.filter((other) => other !== id))}
        />
      ))}
      {policies.length > 0 && <p className="hint">None chosen: the active one alone.</p>}
    </fieldset>
  );
}
