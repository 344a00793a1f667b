import type { JobDetail } from "../../../api/console";
import { number } from "../format";
import { Panel } from "../parts";
import { useModels, useProject } from "../project";
import { Link } from "../route";
import { Comparison } from "./Comparison";

/** How a job ended: what it made, or why it failed and what can be done. */
export function Outcome({ job }: { job: JobDetail }) {
  const project = useProject();
  const models = useModels(project.id).data ?? [];
  const model = models.find(({ id }) => id === job.model_version);
  if (job.state === "failed" && job.error) {
    const fields = Object.entries(job.error.fields);
    return (
      <div className="notice bad" role="alert">
        <p>
          <strong>The job failed.</strong> {job.error.message}
        </p>
        {fields.length > 0 && (
          <ul>
            {fields.map(([field, problem]) => (
              <li key={field}>
                <code>{field}</code> {problem}
              </li>
            ))}
          </ul>
        )}
        <p>
          The log below says how far it came.{" "}
          <Link href={project.at(`jobs/new?kind=${job.kind}${job.dataset ? `&dataset=${job.dataset}` : ""}`)}>Start one like it</Link>
        </p>
      </div>
    );
  }
  if (job.state === "cancelled") return <p className="notice">Cancelled. What it had written stays in its run folder; no model came of it.</p>;
  if (job.state !== "succeeded" || !job.result) return null;
  return (
    <Panel
      title="Result"
      aside={
        model ? (
          <Link className={model.stage === "candidate" ? "primary" : ""} href={project.at(`models/${model.id}`)}>
            Model {model.name}
          </Link>
        ) : job.kind === "sample" ? (
          <Link className="primary" href={project.at(`samples?job=${job.id}`)}>
            See the samples
          </Link>
        ) : undefined
      }
    >
      {job.kind === "evaluate" ? <Comparison job={job} models={models} metrics={job.result.metrics} /> : <Numbers metrics={job.result.metrics} />}
    </Panel>
  );
}

/** Metrics as "name  number", in columns. */
export function Numbers({ metrics }: { metrics: Record<string, number | null> }) {
  return (
    <dl className="metrics">
      {Object.entries(metrics)
        .sort(([a], [b]) => a.localeCompare(b))
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{number(value)}</dd>
          </div>
        ))}
    </dl>
  );
}
