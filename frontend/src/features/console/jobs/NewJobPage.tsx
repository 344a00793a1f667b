import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ApiError } from "../../../api/client";
import { postJob, type Dataset, type JobKind, type JobRequest, type Model } from "../../../api/console";
import { randomUuid } from "../../../api/local";
import { JOB_NAMES } from "../format";
import { Answer, Page, Panel, Problem } from "../parts";
import { useDatasets, useModels, useProject, useRefresh } from "../project";
import { Link, navigate, useRoute } from "../route";
import { HowFields } from "./HowFields";
import { complaintsOf, requestOf, type Complaints, type Typed } from "./parameters";
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
  const { query } = useRoute();
  const asked = query.get("kind") as JobKind | null;
  const [form, setForm] = useState<Typed>({
    kind: asked && asked in JOB_NAMES ? asked : "ppo",
    dataset: query.get("dataset") ?? "",
    policy: query.get("policy") ?? "",
    reward: query.get("reward") ?? "",
    judge: "",
    perplexity_under: "",
    policies: [],
    typed: {},
    json: "",
  });
  const [wrong, setWrong] = useState<Complaints>({});
  const start = useStart(setWrong);
  const change = (part: Partial<Typed>) => {
    setForm((before) => ({ ...before, ...part }));
    setWrong((before) => without(before, Object.keys(part)));
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
        <HowFields form={form} wrong={wrong} change={change} correct={(name) => setWrong((before) => without(before, [name]))} />
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

const without = (wrong: Complaints, names: string[]): Complaints =>
  Object.fromEntries(Object.entries(wrong).filter(([name]) => !names.includes(name)));

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
