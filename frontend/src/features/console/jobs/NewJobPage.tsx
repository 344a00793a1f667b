import { Button, Checkbox, NativeSelect, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError } from "../../../api/client";
import { postJob, type Dataset, type JobKind, type JobRequest, type Model, type ModelKind } from "../../../api/console";
import { randomUuid } from "../../../api/local";
import { JOB_NAMES, modelName, moment } from "../format";
import { Answer, Page, Panel, Problem } from "../parts";
import { activeOf, useDatasets, useModels, useProject, useRefresh } from "../project";
import { Link, navigate, useRoute } from "../route";
import { ParameterField } from "./ParameterField";
import { complaintsOf, PARAMETERS, requestOf, TAKES, type Complaints, type Typed } from "./parameters";

const DOES: Record<JobKind, string> = {
  sft: "Teaches a policy to answer like the reference answers of a dataset. The result is a new candidate policy.",
  reward: "Learns from marked responses to find errors of each category. The result is a new candidate reward model.",
  ppo: "Trains a policy towards responses that the reward models find right. The result is a new candidate policy.",
  sample: "Lets a policy answer a dataset's prompts and scores every token. The result is shown under Samples.",
  evaluate: "Compares policies on the same held-out prompts by the same reward models. The result stands on the job's page.",
};

export function NewJobPage() {
  const project = useProject();
  const datasets = useDatasets(project.id);
  const models = useModels(project.id);
  return (
    <Page title="Start a job" lead="What you leave as it is, the project decides; the text in italics says how.">
      <p className="crumb"><Link href={project.at("jobs")}>All jobs</Link></p>
      <Answer query={datasets} height={800}>{(sets) => <Answer query={models} height={800}>{(known) => <NewJob datasets={sets} models={known} />}</Answer>}</Answer>
    </Page>
  );
}

function NewJob({ datasets, models }: { datasets: Dataset[]; models: Model[] }) {
  const project = useProject();
  const { query } = useRoute();
  const asked = query.get("kind") as JobKind | null;
  const [form, setForm] = useState<Typed>({
    kind: asked && asked in JOB_NAMES ? asked : "ppo",
    dataset: query.get("dataset") ?? "",
    policy: query.get("policy") ?? "",
    reward: query.get("reward") ?? "",
    policies: [],
    typed: {},
    json: "",
  });
  const [wrong, setWrong] = useState<Complaints>({});
  const start = useStart(setWrong);
  const change = (part: Partial<Typed>) => {
    setForm((before) => ({ ...before, ...part }));
    setWrong((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in part))));
  };
  const takes = TAKES[form.kind];
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        const request = requestOf(form);
        setWrong("wrong" in request ? request.wrong : {});
        if ("body" in request) start.mutate(request.body);
      }}
    >
      <Panel title="What">
        <div className="form">
          <NativeSelect label="Kind" description={DOES[form.kind]} value={form.kind} onChange={({ target }) => change({ kind: target.value as JobKind, typed: {} })} data={Object.entries(JOB_NAMES).map(([value, label]) => ({ value, label }))} />
          <NativeSelect label="Dataset" value={form.dataset} onChange={({ target }) => change({ dataset: target.value })} error={wrong["dataset"]} data={datasetChoices(form.kind, datasets)} />
          {takes.includes("policy") && <ModelSelect label="Policy" kind="policy" value={form.policy} models={models} base={project.base_policy} error={wrong["policy"]} onChange={(policy) => change({ policy })} />}
          {takes.includes("reward") && <ModelSelect label="Reward model" kind="reward" value={form.reward} models={models} error={wrong["reward"]} onChange={(reward) => change({ reward })} />}
          {takes.includes("policies") && <Policies models={models} chosen={form.policies} onChange={(policies) => change({ policies })} />}
        </div>
      </Panel>
      <Panel title="How">
        <div className="form pairs">
          {PARAMETERS[form.kind].map((parameter) => (
            <ParameterField
              key={`${form.kind}.${parameter.name}`}
              parameter={{ ...parameter, default: (project.job_defaults?.[form.kind]?.[parameter.name] ?? parameter.default) as typeof parameter.default }}
              value={form.typed[parameter.name]}
              error={wrong[parameter.name]}
              onChange={(value) => {
                change({ typed: { ...form.typed, [parameter.name]: value } });
                setWrong((before) => Object.fromEntries(Object.entries(before).filter(([name]) => name !== parameter.name)));
              }}
            />
          ))}
        </div>
        <div className="form">
          <Textarea label="Anything else, as JSON" description="Any other field of the job’s spec." rows={3} value={form.json} onChange={({ target }) => change({ json: target.value })} error={wrong["json"]} placeholder={'{"seed": 1}'} classNames={{ input: "mono" }} />
        </div>
      </Panel>
      <div className="submit-row">
        <Button type="submit" variant="filled" loading={start.isPending}>Start {JOB_NAMES[form.kind]}</Button>
        <p className="hint">It waits in the queue until a worker is free, and can be cancelled at any time.</p>
      </div>
      {start.isError && <Problem error={start.error} what="The job was not started." />}
    </form>
  );
}

function useStart(complain: (wrong: Complaints) => void) {
  const project = useProject();
  const refresh = useRefresh();
  const sent = useRef({ body: "", key: "" });
  return useMutation({
    mutationFn: (body: JobRequest) => {
      // The same request sent again, because no answer came, is the same job.
      const text = JSON.stringify(body);
      if (sent.current.body !== text) sent.current = { body: text, key: randomUuid() };
      return postJob(project.id, { ...body, idempotency_key: sent.current.key });
    },
    onSuccess: (job) => {
      void refresh();
      navigate(project.at(`jobs/${job.id}`));
    },
    onError: (error, body) => error instanceof ApiError && complain(complaintsOf(body.kind, error.fields)),
  });
}

function datasetChoices(kind: JobKind, datasets: Dataset[]) {
  const newest = datasets.find((dataset) => kind === "sft" && dataset.kind === "examples") ?? datasets[0];
  const fallback = kind === "reward" ? "A new one: all annotations as they are now" : newest ? `The newest: ${newest.name}` : "None yet: freeze or upload one first";
  return [{ value: "", label: fallback }, ...datasets.map((dataset) => ({ value: dataset.id, label: `${dataset.name} (${dataset.kind}, ${moment(dataset.created_at)})` }))];
}

function ModelSelect({ label, kind, value, models, base, error, onChange }: { label: string; kind: ModelKind; value: string; models: Model[]; base?: string | undefined; error?: string | undefined; onChange: (id: string) => void }) {
  const active = activeOf(models, kind);
  const fallback = active ? `The active one: ${active.name}` : base ? `The base: ${modelName(base)}` : "None is active";
  const data = [{ value: "", label: fallback }, ...models.filter((model) => model.kind === kind).map((model) => ({ value: model.id, label: `${model.name} (${model.stage})` }))];
  return <NativeSelect label={label} value={value} data={data} error={error} onChange={({ target }) => onChange(target.value)} />;
}

function Policies({ models, chosen, onChange }: { models: Model[]; chosen: string[]; onChange: (ids: string[]) => void }) {
  const policies = models.filter(({ kind }) => kind === "policy");
  return (
    <fieldset className="plain">
      <legend>Policies to compare</legend>
      {policies.length === 0 && <p className="soft">There is none yet; the project’s base policy is evaluated.</p>}
      {policies.map(({ id, name, stage }) => (
        <Checkbox key={id} label={`${name} (${stage})`} checked={chosen.includes(id)} onChange={({ target }) => onChange(target.checked ? [...chosen, id] : chosen.filter((other) => other !== id))} />
      ))}
      {policies.length > 0 && <p className="hint">None chosen: the active one alone.</p>}
    </fieldset>
  );
}
