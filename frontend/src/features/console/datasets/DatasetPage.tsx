import { useQuery } from "@tanstack/react-query";
import { downloadAddress, getDataset, type DatasetDetail } from "../../../api/console";
import { count, moment } from "../format";
import { JobTable } from "../jobs/JobTable";
import { Types } from "../Types";
import { Answer, Empty, Page, Panel } from "../parts";
import { useDatasets, useJobs, useModels, useProject } from "../project";
import { Link } from "../route";
import { Json } from "../Scroll";
import { marks } from "./counts";
import { Diff } from "./Diff";
import { Formats } from "./Formats";

/** One dataset: what it holds, by what its bytes are known, and what was made of it. */
export function DatasetPage({ id }: { id: string }) {
  const dataset = useQuery({ queryKey: ["dataset", id], queryFn: () => getDataset(id), staleTime: Infinity });
  return (
    <Answer page query={dataset} height={600}>
      {(data) => <Detail dataset={data} />}
    </Answer>
  );
}

function Detail({ dataset }: { dataset: DatasetDetail }) {
  const { taxonomy, at } = useProject();
  const { counts } = dataset;
  const byType = Object.entries({ ...counts.spans, ...counts.missing }).map(([key, count]) => ({ key, count }));
  return (
    <Page
      title={dataset.name}
      lead={dataset.note || (dataset.kind === "feedback" ? "Frozen feedback." : "Uploaded prompts.")}
      actions={
        !dataset.erased_at && (
          <a href={downloadAddress(dataset.id, "jsonl")} download aria-label={`JSONL of ${dataset.name}`}>
            JSONL
          </a>
        )
      }
    >
      <p className="crumb">
        <Link href={at("datasets")}>All datasets</Link>
      </p>
      {dataset.erased_at && <Erased dataset={dataset} />}
      {dataset.revises && (
        <p>
          This is <b>{dataset.revises}</b> without the data of somebody who took it back or was erased.
        </p>
      )}
      <div className="grid">
        <Panel title="What it holds">
          <dl className="numbers">
            <div>
              <dt>examples</dt>
              <dd>{count(counts.examples)}</dd>
            </div>
            <div>
              <dt>annotations</dt>
              <dd>{count(counts.records)}</dd>
            </div>
            <div>
              <dt>marks</dt>
              <dd>{count(marks(counts))}</dd>
            </div>
          </dl>
          <h3>Examples by split</h3>
          <Counts counts={counts.splits} order={["train", "dev", "test"]} />
          {dataset.kind === "feedback" && (
            <>
              <h3>Comparisons, by which response was preferred</h3>
              <Counts counts={counts.comparisons} order={["first", "second", "tie"]} />
            </>
          )}
        </Panel>
        {dataset.kind === "feedback" && (
          <Panel title="Marks by type">
            <Types counts={byType} taxonomy={taxonomy} />
          </Panel>
        )}
        <Panel title="Identity" className="wide">
          <dl className="facts">
            <div>
              <dt>SHA-256</dt>
              <dd>
                <code className="hash">{dataset.sha256}</code>
              </dd>
            </div>
            <div>
              <dt>Frozen</dt>
              <dd>
                {moment(dataset.created_at)}
                {dataset.created_by && ` by ${dataset.created_by}`}
              </dd>
            </div>
          </dl>
          <details>
            <summary>Manifest</summary>
            <Json label="Manifest" value={dataset.manifest} />
          </details>
        </Panel>
        {dataset.kind === "feedback" && !dataset.erased_at && <Formats dataset={dataset} />}
        {!dataset.erased_at && <Diff dataset={dataset} />}
        <Used id={dataset.id} erased={dataset.erased_at !== null} />
      </div>
    </Page>
  );
}

/** Somebody's data had to go: of this dataset only what it was known by is left. */
function Erased({ dataset }: { dataset: DatasetDetail }) {
  const { id, at } = useProject();
  const revision = useDatasets(id).data?.find((each) => each.revises === dataset.name);
  return (
    <Panel title={`Its files were erased ${moment(dataset.erased_at!)}`}>
      <p>
        It held the data of somebody who took it back or was erased. What was trained on it stays; nothing more can be.{" "}
        {revision ? (
          <>
            In its place: <Link href={at(`datasets/${revision.id}`)}>{revision.name}</Link>.
          </>
        ) : (
          "Nothing else was in it, so nothing takes its place."
        )}
      </p>
    </Panel>
  );
}

function Counts({ counts, order }: { counts: Record<string, number>; order: string[] }) {
  return (
    <dl className="numbers small">
      {order.map((key) => (
        <div key={key}>
          <dt>{key}</dt>
          <dd>{count(counts[key] ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}

function Used({ id, erased }: { id: string; erased: boolean }) {
  const project = useProject();
  const jobs = useJobs(project.id).data?.filter((job) => job.dataset === id) ?? [];
  const models = useModels(project.id).data?.filter((model) => model.dataset === id) ?? [];
  return (
    <Panel title="Made of it" className="wide" aside={!erased && <Link href={project.at(`jobs/new?dataset=${id}`)}>Start a job on it</Link>}>
      {jobs.length === 0 ? <Empty>No job has used this dataset yet.</Empty> : <JobTable jobs={jobs} />}
      {models.length > 0 && (
        <p>
          Models:{" "}
          {models.map((model, i) => (
            <span key={model.id}>
              {i > 0 && ", "}
              <Link href={project.at(`models/${model.id}`)}>{model.name}</Link>
            </span>
          ))}
        </p>
      )}
    </Panel>
  );
}
