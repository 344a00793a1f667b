import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Suspense, lazy, useEffect, useRef } from "react";
import { cancelJob, getJob, type JobDetail, type JobState, type Metric } from "../../../api/console";
import { Confirm } from "../Confirm";
import { JOB_NAMES, short } from "../format";
import { Answer, Empty, Page, Panel, State } from "../parts";
import { unfinished, useProject, useRefresh } from "../project";
import { Link } from "../route";
import { Json } from "../Scroll";
import { Facts } from "./JobFacts";
import { stateOf } from "./JobTable";
import { LogTail } from "./LogTail";
import { againstKl, groupMetrics, joinSteps, metricNames, sinceStep } from "./metrics";
import { MetricTable } from "./MetricTable";
import { Outcome } from "./Outcome";

const Curves = lazy(() => import("./Curves"));
const POLL = 5_000;

/** Follows a job: asks for what is new while it is unfinished and the page is seen. */
export function JobPage({ id }: { id: string }) {
  const client = useQueryClient();
  const job = useQuery({
    queryKey: ["job", id],
    queryFn: async () => {
      const before = client.getQueryData<JobDetail>(["job", id]);
      const fresh = await getJob(id, sinceStep(before));
      return joinSteps(before, before && fresh.epoch !== before.epoch ? await getJob(id, 0) : fresh);
    },
    refetchInterval: ({ state }) => (state.data && unfinished(state.data) ? POLL : false),
  });
  useNewsOfTheEnd(job.data?.state);
  return (
    <Answer page query={job} height={700}>
      {(data) => <Detail job={data} />}
    </Answer>
  );
}

/** A job that ends leaves models, datasets and samples behind: the other pages must hear of it. */
function useNewsOfTheEnd(state: JobState | undefined) {
  const refresh = useRefresh();
  const before = useRef(state);
  useEffect(() => {
    if (before.current && state !== before.current) void refresh();
    before.current = state;
  });
}

function Detail({ job }: { job: JobDetail }) {
  const { at } = useProject();
  const state = stateOf(job);
  const curves = groupMetrics(metricNames(job.metrics)).length > 0;
  return (
    <Page
      title={`${JOB_NAMES[job.kind]} ${short(job.id)}`}
      lead={<State of={state} />}
      actions={unfinished(job) && (state === "cancelling" ? <span className="soft">Waiting for the trainer to end…</span> : <Cancel job={job} />)}
    >
      <p className="crumb">
        <Link href={at("jobs")}>All jobs</Link>
      </p>
      <Outcome job={job} />
      <Facts job={job} />
      <Panel title="Curves" className="curves">
        {curves ? (
          <Suspense fallback={<CurvesSpace metrics={job.metrics} />}>
            <Curves metrics={job.metrics} />
          </Suspense>
        ) : (
          <NoCurves job={job} />
        )}
        {curves && <MetricTable metrics={job.metrics} />}
      </Panel>
      <LogTail job={job} />
      <details className="panel">
        <summary>Spec: every setting it runs with</summary>
        <Json label="Spec" value={job.spec} />
      </details>
    </Page>
  );
}

/** The room that the curves will take. */
function CurvesSpace({ metrics }: { metrics: Metric[] }) {
  return (
    <>
      <div className="controls" />
      <div className="plots">
        {groupMetrics(metricNames(metrics)).map(({ title }) => (
          <div key={title} className="plot-card" />
        ))}
        {againstKl(metrics, 0) && <div className="plot-card" />}
      </div>
    </>
  );
}

function NoCurves({ job }: { job: JobDetail }) {
  if (job.step > 0)
    return <Empty>{JOB_NAMES[job.kind]} measures nothing from step to step. Its progress, and in the end its result, stand above.</Empty>;
  if (job.state === "queued") return <Empty>It waits for a free worker. The curves begin with its first step, and draw themselves here.</Empty>;
  if (job.state === "running") return <Empty>The first step has not ended yet. The curves draw themselves here.</Empty>;
  return <Empty>It ended before its first step, so there is nothing to draw. The log says how far it came.</Empty>;
}

function Cancel({ job }: { job: JobDetail }) {
  const client = useQueryClient();
  const refresh = useRefresh();
  const cancel = async () => {
    const answer = await cancelJob(job.id);
    client.setQueryData<JobDetail>(["job", job.id], (before) => joinSteps(before, answer));
    await refresh();
  };
  return (
    <Confirm label="Cancel job" title="Cancel this job?" verb="Cancel the job" act={cancel}>
      <p>
        {job.state === "queued"
          ? "It has not begun, and will not."
          : "It writes a checkpoint and ends. Its curves and log stay; no model comes of it."}{" "}
        A cancelled job cannot be started again, but a new one can.
      </p>
    </Confirm>
  );
}
