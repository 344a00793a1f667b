import { NativeSelect } from "@mantine/core";
import { useState } from "react";
import { JOB_NAMES } from "../format";
import { Answer, Empty, Page, Panel } from "../parts";
import { unfinished, useJobs, useProject } from "../project";
import { Link } from "../route";
import { JobTable } from "./JobTable";

export function JobsPage() {
  const project = useProject();
  const jobs = useJobs(project.id);
  const [kind, setKind] = useState("");
  const shown = (jobs.data ?? []).filter((job) => !kind || job.kind === kind);
  const running = jobs.data?.filter(unfinished).length ?? 0;
  return (
    <Page
      title="Jobs"
      lead="Training, sampling and evaluation, newest first. Each job keeps the dataset, the models and the settings that it ran with."
      actions={
        <Link className="primary" href={project.at("jobs/new")}>
          Start a job
        </Link>
      }
    >
      <Panel
        title={running > 0 ? `${running} not finished` : "All jobs"}
        aside={
          <NativeSelect
            size="xs"
            aria-label="Kind of job"
            value={kind}
            onChange={({ target }) => setKind(target.value)}
            data={[{ value: "", label: "Every kind" }, ...Object.entries(JOB_NAMES).map(([value, label]) => ({ value, label }))]}
          />
        }
      >
        <Answer query={jobs} height={300}>
          {() =>
            shown.length > 0 ? (
              <JobTable jobs={shown} />
            ) : (
              <Empty>
                {kind ? "There is no job of this kind." : "Nothing has run yet. Retrain the reward models from the overview, or start any job here."}
              </Empty>
            )
          }
        </Answer>
      </Panel>
    </Page>
  );
}
