import type { JobDetail, Model } from "../../../api/console";
import { modelName, moment } from "../format";
import { Panel } from "../parts";
import { useModels, useProject } from "../project";
import { Link } from "../route";
import { Steps, Took } from "./JobTable";

/** Who started it, on what, and how far it is. */
export function Facts({ job }: { job: JobDetail }) {
  const project = useProject();
  const models = useModels(project.id).data ?? [];
  return (
    <Panel title="Run">
      <dl className="facts columns">
        <div>
          <dt>Progress</dt>
          <dd>
            <Steps job={job} />
            {job.state === "running" && job.phase && <span className="soft"> {job.phase}</span>}
          </dd>
        </div>
        <div>
          <dt>Took</dt>
          <dd>
            <Took job={job} />
          </dd>
        </div>
        <div>
          <dt>Started</dt>
          <dd>
            {moment(job.created_at)} by {job.created_by ?? "the retraining policy"}
          </dd>
        </div>
        <div>
          <dt>Dataset</dt>
          <dd>{job.dataset ? <Link href={project.at(`datasets/${job.dataset}`)}>{job.dataset_name}</Link> : "–"}</dd>
        </div>
        {sources(job, models).map(({ role, name, id }, index) => (
          <div key={index}>
            <dt>{role}</dt>
            <dd>{id ? <Link href={project.at(`models/${id}`)}>{name}</Link> : name}</dd>
          </div>
        ))}
        {job.host && (
          <div>
            <dt>Worker</dt>
            <dd>
              {job.host}
              {job.epoch > 1 && `, attempt ${job.epoch}`}
            </dd>
          </div>
        )}
      </dl>
    </Panel>
  );
}

/** The models that a job was given: rows of this project by id, others by their path. */
export function sources({ params, spec }: Pick<JobDetail, "params" | "spec">, models: Model[]): { role: string; name: string; id?: string }[] {
  const paths: [role: string, path: unknown][] = [
    ["Base model", spec["model"]],
    ["Policy", spec["policy"]],
    ["Reward model", spec["reward"]],
    ["Judge", spec["judge"]],
    ["Perplexity under", spec["perplexity_under"]],
  ];
  for (const path of (spec["policies"] as unknown[] | undefined) ?? []) paths.push(["Policy", path]);
  const ids = [...["policy", "reward", "judge", "perplexity_under"].map((role) => params[role]), ...((params["policies"] as unknown[] | undefined) ?? [])];
  return paths
    .filter((entry): entry is [string, string] => typeof entry[1] === "string")
    .map(([role, path]) => {
      const model = models.find((one) => one.path === path && ids.includes(one.id));
      return model ? { role, name: model.name, id: model.id } : { role, name: modelName(path) };
    });
}
