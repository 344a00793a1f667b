import type { Model } from "../../../api/console";
import { moment } from "../format";
import { Numbers } from "../jobs/Outcome";
import { Answer, Empty, Page, Panel, State } from "../parts";
import { useModels, useProject } from "../project";
import { Link } from "../route";
import { Promote } from "./Promote";

/** One model: what it was made of, how it measures, what came of it. */
export function ModelPage({ id }: { id: string }) {
  const project = useProject();
  const models = useModels(project.id);
  return (
    <Answer page query={models} height={400}>
      {(data) => {
        const model = data.find((one) => one.id === id);
        return model ? (
          <Detail model={model} models={data} />
        ) : (
          <Page title="There is no such model">
            <Empty action={<Link href={project.at("models")}>All models</Link>}>The address may be mistyped, or of another project.</Empty>
          </Page>
        );
      }}
    </Answer>
  );
}

function Detail({ model, models }: { model: Model; models: Model[] }) {
  const { at, admin } = useProject();
  const children = models.filter(({ parents }) => parents.includes(model.id));
  const starts = model.kind === "policy" ? `jobs/new?kind=sample&policy=${model.id}` : `jobs/new?kind=ppo&reward=${model.id}`;
  return (
    <Page
      title={model.name}
      lead={
        <>
          <State of={model.stage} /> {model.kind === "policy" ? "policy" : "reward models"}
        </>
      }
      actions={
        <>
          {admin && model.stage !== "active" && <Promote model={model} />}
          <Link className="quiet" href={at(starts)}>
            {model.kind === "policy" ? "Sample it" : "Run PPO with it"}
          </Link>
        </>
      }
    >
      <p className="crumb">
        <Link href={at("models")}>All models</Link>
      </p>
      <div className="grid">
        <Panel title="Where it comes from">
          <dl className="facts">
            <div>
              <dt>Dataset</dt>
              <dd>{model.dataset ? <Link href={at(`datasets/${model.dataset}`)}>{model.dataset_name}</Link> : "–"}</dd>
            </div>
            <div>
              <dt>Job</dt>
              <dd>{model.job ? <Link href={at(`jobs/${model.job}`)}>the job that made it</Link> : "none: it was registered"}</dd>
            </div>
            <div>
              <dt>Made from</dt>
              <dd>
                <Names models={models.filter(({ id }) => model.parents.includes(id))} none="a base model" />
              </dd>
            </div>
            <div>
              <dt>Led to</dt>
              <dd>
                <Names models={children} none="nothing yet" />
              </dd>
            </div>
            <div>
              <dt>Made</dt>
              <dd>{moment(model.created_at)}</dd>
            </div>
            {model.promoted_at && (
              <div>
                <dt>Promoted</dt>
                <dd>{moment(model.promoted_at)}</dd>
              </div>
            )}
          </dl>
        </Panel>
        <Panel title="Metrics">
          {Object.keys(model.metrics).length > 0 ? (
            <Numbers metrics={model.metrics} />
          ) : (
            <Empty>None were recorded: it was registered, not trained here. Evaluate it to compare it with others.</Empty>
          )}
        </Panel>
        <Panel title="Files" className="wide">
          <dl className="facts">
            <div>
              <dt>Folder on the server</dt>
              <dd>
                <code className="hash">{model.path}</code>
              </dd>
            </div>
            <div>
              <dt>SHA-256</dt>
              <dd>{model.sha256 ? <code className="hash">{model.sha256}</code> : "–"}</dd>
            </div>
          </dl>
        </Panel>
      </div>
    </Page>
  );
}

function Names({ models, none }: { models: Model[]; none: string }) {
  const { at } = useProject();
  if (models.length === 0) return <span className="soft">{none}</span>;
  return (
    <>
      {models.map(({ id, name }, i) => (
        <span key={id}>
          {i > 0 && ", "}
          <Link href={at(`models/${id}`)}>{name}</Link>
        </span>
      ))}
    </>
  );
}
