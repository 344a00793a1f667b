import { Progress } from "../dashboard/Progress";
import { count, plural } from "../format";
import { JobTable } from "../jobs/JobTable";
import { Answer, Empty, Page, Panel, State } from "../parts";
import { activeOf, useDashboard, useDatasets, useJobs, useModels, useProject } from "../project";
import { Link } from "../route";
import { Actions } from "./Actions";
import { ImportForm } from "./ImportForm";

/** The project at a glance: what to do next, how far it is, and what runs. */
export function OverviewPage() {
  const project = useProject();
  const dashboard = useDashboard(project.id);
  const datasets = useDatasets(project.id);
  const models = useModels(project.id);
  const jobs = useJobs(project.id);
  return (
    <Page
      title={project.name}
      lead={
        <>
          Each example is annotated by {plural(project.overlap ?? 1, "person").replace("persons", "people")}. {retraining(project)}{" "}
          <Link href={project.at("settings")}>Settings</Link>
        </>
      }
    >
      <Answer query={dashboard} height={500}>
        {(data) => (
          <>
            <div className="actions-space">
              {datasets.data && models.data && <Actions dashboard={data} datasets={datasets.data} models={models.data} jobs={jobs.data ?? []} />}
            </div>
            <Progress dashboard={data} />
          </>
        )}
      </Answer>
      <div className="grid">
        <Panel title="Latest jobs" className="wide" aside={<Link href={project.at("jobs")}>All jobs</Link>}>
          <Answer query={jobs}>
            {(data) =>
              data.length > 0 ? (
                <JobTable jobs={data.slice(0, 5)} />
              ) : (
                <Empty action={<Link href={project.at("jobs/new")}>Start a job</Link>}>Nothing has been trained or sampled yet.</Empty>
              )
            }
          </Answer>
        </Panel>
        <ModelsInUse />
        <Panel title="Import examples" id="import">
          <ImportForm />
        </Panel>
      </div>
    </Page>
  );
}

function retraining({
  retrain_after_annotations: after,
  retrain_every_hours: hours,
}: {
  retrain_after_annotations?: number | null;
  retrain_every_hours?: number | null;
}) {
  const when = [after && `after ${plural(after, "new annotation")}`, hours && `every ${hours === 1 ? "hour" : `${hours} hours`}`].filter(Boolean);
  return when.length > 0 ? `Reward models retrain by themselves ${when.join(" or ")}.` : "Reward models are retrained only when you say so.";
}

function ModelsInUse() {
  const project = useProject();
  const models = useModels(project.id);
  return (
    <Panel title="Models in use" aside={<Link href={project.at("models")}>All models</Link>}>
      <Answer query={models}>
        {(data) => (
          <dl className="facts">
            {(["policy", "reward"] as const).map((kind) => {
              const model = activeOf(data, kind);
              const waiting = data.filter((one) => one.kind === kind && one.stage === "candidate").length;
              return (
                <div key={kind}>
                  <dt>{kind === "policy" ? "Policy" : "Reward models"}</dt>
                  <dd>
                    {model ? (
                      <>
                        <Link href={project.at(`models/${model.id}`)}>{model.name}</Link> <State of="active" />
                      </>
                    ) : (
                      <span className="soft">none active</span>
                    )}
                    {waiting > 0 && (
                      <>
                        {" "}
                        · <Link href={project.at("models")}>{count(waiting)} waiting to be promoted</Link>
                      </>
                    )}
                  </dd>
                </div>
              );
            })}
          </dl>
        )}
      </Answer>
    </Panel>
  );
}
