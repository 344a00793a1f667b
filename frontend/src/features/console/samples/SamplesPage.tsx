import { Button, NativeSelect, SegmentedControl } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getSamples, type Sample, type SamplePage, type Taxonomy } from "../../../api/console";
import { count, moment, short } from "../format";
import { Answer, Empty, Page } from "../parts";
import { useJobs, useProject } from "../project";
import { Link, navigate, useRoute } from "../route";
import { domainOf, layersOf, SUM } from "./heat";
import { HeatMap } from "./HeatMap";
import { Legend } from "./Legend";
import { Passages } from "./Passages";
import { RewardTable } from "./RewardTable";

const PER_PAGE = 5;

/** What policies answered, token by token with the rewards they got for it. */
export function SamplesPage() {
  const project = useProject();
  const { query } = useRoute();
  const job = query.get("job") ?? "";
  const offset = Number(query.get("from") ?? 0) || 0;
  const samples = useQuery({
    queryKey: ["samples", project.id, job, offset],
    queryFn: () => getSamples(project.id, { ...(job && { job }), limit: PER_PAGE, offset }),
    placeholderData: keepPreviousData,
  });
  const jobs = (useJobs(project.id).data ?? []).filter(({ kind, state }) => kind === "sample" && state === "succeeded");
  const go = (from: number, of = job) =>
    navigate(project.at(`samples?${new URLSearchParams({ ...(of && { job: of }), ...(from > 0 && { from: String(from) }) })}`));
  return (
    <Page
      title="Samples"
      lead="What policies answered, and what the reward models say about every part of it."
      actions={
        <NativeSelect
          aria-label="Sampling job"
          value={job}
          onChange={({ target }) => go(0, target.value)}
          data={[
            { value: "", label: "All sampling jobs" },
            ...jobs.map(({ id, created_at }) => ({ value: id, label: `${short(id)}, ${moment(created_at)}` })),
          ]}
        />
      }
    >
      <Answer query={samples} height={600}>
        {(page) =>
          page.count > 0 ? (
            <Shown page={page} offset={offset} go={go} />
          ) : (
            <Empty
              action={
                <Link className="primary" href={project.at("jobs/new?kind=sample")}>
                  Sample a policy
                </Link>
              }
            >
              {job ? "This job sampled nothing." : "Nothing was sampled yet. A sampling job lets a policy answer the prompts of a dataset."}
            </Empty>
          )
        }
      </Answer>
    </Page>
  );
}

function Shown({ page, offset, go }: { page: SamplePage; offset: number; go: (from: number) => void }) {
  const { taxonomy } = useProject();
  const responses = page.results.flatMap((sample) => sample.responses);
  const layers = layersOf(responses);
  const [chosen, setChosen] = useState(SUM);
  const [view, setView] = useState("heat");
  const layer = layers.includes(chosen) ? chosen : layers.at(-1);
  const domain = layer ? domainOf(responses, layer) : 1;
  return (
    <>
      {layer && (
        <div className="controls sticky">
          {layers.length > 1 && (
            <SegmentedControl
              size="xs"
              aria-label="Rewards of"
              value={layer}
              onChange={setChosen}
              data={layers.map((value) => ({ value, label: nameOf(taxonomy, value) }))}
            />
          )}
          <SegmentedControl
            size="xs"
            aria-label="View"
            value={view}
            onChange={setView}
            data={[
              { value: "heat", label: "Text" },
              { value: "table", label: "Table" },
            ]}
          />
          {view === "heat" && <Legend domain={domain} />}
        </div>
      )}
      {page.results.map((sample) => (
        <article className="panel sample" key={sample.id} aria-label={sample.question}>
          <Question sample={sample} />
          <ol className="responses">
            {sample.responses.map((response) => (
              <li key={response.index}>
                <h3>
                  Response {response.index + 1} <span className="soft">by {response.policy}</span>
                </h3>
                {!layer ? (
                  <p className="response-text">{response.text}</p>
                ) : view === "heat" ? (
                  <HeatMap response={response} layer={layer} domain={domain} nameOf={(key) => nameOf(taxonomy, key)} />
                ) : (
                  <RewardTable response={response} layers={layers.filter((key) => key !== SUM)} nameOf={(key) => nameOf(taxonomy, key)} />
                )}
              </li>
            ))}
          </ol>
          {!layer && <p className="hint">No reward model scored these. Sample again with one to see its rewards.</p>}
        </article>
      ))}
      <nav className="pager" aria-label="Pages of samples">
        <Button disabled={offset === 0} onClick={() => go(Math.max(0, offset - PER_PAGE))}>
          Newer
        </Button>
        <span>
          {count(offset + 1)}–{count(Math.min(page.count, offset + PER_PAGE))} of {count(page.count)}
        </span>
        <Button disabled={offset + PER_PAGE >= page.count} onClick={() => go(offset + PER_PAGE)}>
          Older
        </Button>
      </nav>
    </>
  );
}

function Question({ sample }: { sample: Sample }) {
  const { at } = useProject();
  return (
    <div className="prompt">
      <h2>{sample.question}</h2>
      <Passages passages={sample.passages} />
      {sample.reference && (
        <p>
          <span className="soft">Reference:</span> {sample.reference}
        </p>
      )}
      <p>
        <Link href={at(`jobs/${sample.job}`)}>Sampled by job {short(sample.job)}</Link>
      </p>
    </div>
  );
}

/** A category by its name in the taxonomy; what is none (a whole-response preference) by its key. */
function nameOf(taxonomy: Taxonomy, key: string): string {
  if (key === SUM) return "Sum";
  const category = taxonomy.categories.find((one) => one.key === key);
  return category?.name ?? key.charAt(0).toUpperCase() + key.slice(1);
}
