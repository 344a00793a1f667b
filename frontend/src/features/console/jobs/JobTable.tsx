import type { Job } from "../../../api/console";
import { useNow } from "../../../ui/useNow";
import { count, duration, JOB_NAMES, moment, secondsBetween, short } from "../format";
import { ProgressBar, State } from "../parts";
import { unfinished, useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";

export function JobTable({ jobs }: { jobs: Job[] }) {
  const { at } = useProject();
  return (
    <Scroll label="Jobs">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Job</th>
            <th scope="col">State</th>
            <th scope="col">Progress</th>
            <th scope="col" className="num">
              Took
            </th>
            <th scope="col">Dataset</th>
            <th scope="col">Started</th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <tr key={job.id}>
              <th scope="row">
                <Link href={at(`jobs/${job.id}`)}>
                  {JOB_NAMES[job.kind]} <code>{short(job.id)}</code>
                </Link>
              </th>
              <td>
                <State of={stateOf(job)} />
              </td>
              <td>
                <Steps job={job} />
              </td>
              <td className="num nowrap">
                <Took job={job} />
              </td>
              <td className="name">{job.dataset ? <Link href={at(`datasets/${job.dataset}`)}>{job.dataset_name}</Link> : "–"}</td>
              <td className="nowrap">
                {moment(job.created_at)} <span className="soft">by {job.created_by ?? "the retraining policy"}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

export const stateOf = (job: Job) => (job.cancel_requested_at && unfinished(job) ? "cancelling" : job.state);

export function Steps({ job }: { job: Job }) {
  if (job.total === null)
    return <span className="soft">{job.state === "queued" ? "waiting for a worker" : job.step > 0 ? `step ${count(job.step)}` : "–"}</span>;
  return (
    <span className="steps">
      <ProgressBar done={job.step} total={job.total} label={`Progress of ${JOB_NAMES[job.kind]}`} />
      <span className="nowrap">
        {count(job.step)} of {count(job.total)}
      </span>
    </span>
  );
}

/** How long it ran, or has run so far. */
export function Took({ job }: { job: Job }) {
  const now = useNow(job.state === "running" ? 1 : 60);
  if (!job.started_at) return "–";
  return duration(secondsBetween(job.started_at, job.finished_at ?? now));
}
