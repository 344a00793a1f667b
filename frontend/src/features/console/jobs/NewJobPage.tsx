import { Button, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError } from "../../../api/client";
import { postJob, type Dataset, type JobKind, type JobRequest, type Model } from "../../../api/console";
import { randomUuid } from "../../../api/local";
import { JOB_NAMES } from "../format";
import { Answer, Page, Panel, Problem } from "../parts";
import { useDatasets, useModels, useProject, useRefresh } from "../project";
import { Link, navigate, useRoute } from "../route";
import { ParameterField } from "./ParameterField";
import { complaintsOf, PARAMETERS, requestOf, type Complaints, type Typed } from "./parameters";
import { WhatFields } from "./WhatFields";

export function NewJobPage() {
  const project = useProject();
  const datasets = useDatasets(project.id);
  const models = useModels(project.id);
  return (
    <Page title="Start a job" lead="What you leave as it is, the project decides; the text in italics says how.">
      <p className="crumb">
        <Link href={project.at("jobs")}>All jobs</Link>
      </p>
      <Answer query={datasets} height={800}>
        {(sets) => (
          <Answer query={models} height={800}>
            {(known) => <NewJob datasets={sets} models={known} />}
          </Answer>
        )}
      </Answer>
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
        <WhatFields form={form} wrong={wrong} change={change} datasets={datasets} models={models} />
      </Panel>
      <Panel title="How">
        <div className="form pairs">
          {PARAMETERS[form.kind].map((parameter) => (
            <ParameterField
              key={`${form.kind}.${parameter.name}`}
              parameter={{
                ...parameter,
                default: (project.job_defaults?.[form.kind]?.[parameter.name] ?? parameter.default) as typeof parameter.default,
              }}
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
          <Textarea
            label="Anything else, as JSON"
            description="Any other field of the job’s spec."
            rows={3}
            value={form.json}
            onChange={({ target }) => change({ json: target.value })}
            error={wrong["json"]}
            placeholder={'{"seed": 1}'}
            classNames={{ input: "mono" }}
          />
        </div>
      </Panel>
      <div className="submit-row">
        <Button type="submit" variant="filled" loading={start.isPending}>
          Start {JOB_NAMES[form.kind]}
        </Button>
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
