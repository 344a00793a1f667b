/** How far people agree: per category and type with its interval, for comparisons, and what the figures are about. */
import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getReport, postReport, type Figure, type QualityReport } from "../../../api/quality";
import { count, moment, plural } from "../format";
import { Answer, Empty, Page, Panel, Problem } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { Interval, told } from "./Interval";
import { COMPARISONS, ENOUGH, MEASURES, REASONS, rowsOf } from "./measures";

const IDLE = 30_000;
const AWAITED = 2_000;

export function QualityPage() {
  const { id, at } = useProject();
  // The number of the newest report when another was asked for: until that is there.
  const [after, setAfter] = useState<number | null>(null);
  const report = useQuery({
    queryKey: ["quality", id],
    queryFn: () => getReport(id),
    refetchInterval: ({ state }) => (after !== null && (state.data?.number ?? 0) <= after ? AWAITED : IDLE),
  });
  const asked = useMutation({ mutationFn: () => postReport(id), onSuccess: setAfter });
  const awaited = after !== null && (report.data?.number ?? 0) <= after;
  return (
    <Page
      title="Agreement"
      lead="Whether people who judge the same text find the same. Intervals are of 95 %, from drawing the examples again and again."
      actions={
        <Button loading={asked.isPending || awaited} onClick={() => asked.mutate()}>
          Make a new report
        </Button>
      }
    >
      {asked.isError && <Problem error={asked.error} what="No report was asked for." />}
      {awaited && (
        <p className="notice" role="status">
          A report is being made. It appears here in less than a minute.
        </p>
      )}
      <Answer query={report} height={500}>
        {(data) =>
          data ? (
            <Report report={data} />
          ) : (
            <Panel title="No report yet">
              <Empty action={<Link href={at("people")}>See the people</Link>}>
                One is made by itself after every 50 annotations or so, or when you ask for it above. It tells most once {ENOUGH} examples have two
                judgements.
              </Empty>
            </Panel>
          )
        }
      </Answer>
    </Page>
  );
}

function Report({ report }: { report: QualityReport }) {
  const { covers, agreement } = report.figures;
  return (
    <>
      {covers.shared < ENOUGH && (
        <p className="notice">
          {covers.shared === 0 ? "No example has" : `Only ${plural(covers.shared, "example")} ${covers.shared === 1 ? "has" : "have"}`} two judgements yet.
          Agreement needs at least two judgements on {ENOUGH} examples to tell much.
        </p>
      )}
      <div className="grid">
        <Marks agreement={agreement} />
        <Panel title="Comparisons" className="wide">
          <Figures
            label="Agreement in comparisons"
            rows={COMPARISONS.map(({ key, name, least }) => ({ key, name, level: "overall", figure: agreement.comparisons[key]!, least }))}
          />
          <p className="hint">Where the place plays no part, the response that is shown first is preferred half of the time.</p>
        </Panel>
        <Covers report={report} />
      </div>
    </>
  );
}

function Marks({ agreement }: { agreement: QualityReport["figures"]["agreement"] }) {
  const { taxonomy } = useProject();
  const [key, setKey] = useState(MEASURES[0]!.key);
  const measure = MEASURES.find((each) => each.key === key)!;
  return (
    <Panel
      title="Marks and missing information"
      className="wide"
      aside={
        <NativeSelect
          aria-label="Measured by"
          value={key}
          onChange={({ target }) => setKey(target.value)}
          data={MEASURES.map(({ key, name }) => ({ value: key, label: name }))}
        />
      }
    >
      <Figures label="Agreement by category and type" rows={rowsOf(agreement, measure, taxonomy).map((row) => ({ ...row, least: measure.least }))} />
      <p className="hint">{measure.explained}</p>
    </Panel>
  );
}

type Drawn = { key: string; name: string; level: string; figure: Figure; least: number };

function Figures({ label, rows }: { label: string; rows: Drawn[] }) {
  return (
    <Scroll label={label}>
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Of</th>
            <th scope="col">Agreement</th>
            <th scope="col">Value and interval</th>
            <th scope="col" className="num">
              Examples
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, level, figure: { value, low, high, count: examples, reason }, least }) => (
            <tr key={key} className={`level-${level}`}>
              <th scope="row">{name}</th>
              {value === null ? (
                <td colSpan={2} className="soft">
                  undefined: {reason && REASONS[reason]}
                </td>
              ) : (
                <>
                  <td>
                    <Interval value={value} low={low} high={high} least={least} />
                  </td>
                  <td className="nowrap">{told({ value, low, high })}</td>
                </>
              )}
              <td className="num">{count(examples)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Covers({ report: { number, made_at, taxonomy, figures } }: { report: QualityReport }) {
  const { at } = useProject();
  const { covers } = figures;
  const sampled = covers.sampled_annotations < covers.annotations;
  return (
    <Panel title="What this is about" className="wide" aside={<span className="soft">Report {number}</span>}>
      <dl className="numbers">
        <div>
          <dt>
            <Link href={at("items")}>annotations</Link>
          </dt>
          <dd>{count(covers.annotations)}</dd>
        </div>
        <div>
          <dt>
            <Link href={at("people")}>people</Link>
          </dt>
          <dd>{count(covers.annotators)}</dd>
        </div>
        <div>
          <dt>
            <Link href={at("items?of=examples")}>examples</Link>, {count(covers.shared)} of them judged twice or more
          </dt>
          <dd>{count(covers.examples)}</dd>
        </div>
      </dl>
      <p className="hint">
        Made {moment(made_at)} under taxonomy {taxonomy}, without checks against gold.{" "}
        {sampled &&
          `Computed from a sample of ${plural(covers.sampled_annotations, "annotation")} on ${plural(covers.sampled_shared, "example")} that two or more people judged; the sample stays the same from report to report.`}
      </p>
    </Panel>
  );
}
