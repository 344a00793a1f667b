/** What became of an annotation since it was submitted: who changed what of it, and when. */
import { useQuery } from "@tanstack/react-query";
import { getHistory, type HistoryRow } from "../../../api/people";
import { moment, plural, short } from "../format";
import { Answer, Empty, Page, Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Json } from "../Scroll";
import { annotationsAt } from "./address";
import { stepsOf } from "./steps";

const DID: Record<HistoryRow["operation"], string> = { insert: "added", update: "changed", delete: "removed" };
const WHAT: Record<HistoryRow["kind"], string> = { annotation: "annotation", judgement: "judgement", span: "mark", missing: "missing mark", comparison: "comparison" };

export function HistoryPage({ id }: { id: string }) {
  const project = useProject();
  const history = useQuery({ queryKey: ["history", project.id, id], queryFn: () => getHistory(project.id, id) });
  return (
    <Page title={`History of annotation ${short(id)}`} lead="Written by the database itself, and only ever added to. Each step is one request: all of it happened at once.">
      <p className="crumb">
        <Link href={project.at(annotationsAt())}>All annotations</Link>
      </p>
      <Answer query={history} height={400}>
        {(rows) => (rows.length === 0 ? <Empty>Nothing is recorded of it: it came in before the history began.</Empty> : <Steps rows={rows} />)}
      </Answer>
    </Page>
  );
}

function Steps({ rows }: { rows: HistoryRow[] }) {
  const { at } = useProject();
  return stepsOf(rows).map((step) => (
    <Panel
      key={`${step.transaction} ${step.rows[0]!.row}`}
      title={moment(step.at)}
      aside={step.by === null ? "nobody of the project: an import, or the system" : <Link href={at(annotationsAt({ person: step.by }))}>{step.by}</Link>}
    >
      <ul className="plain">
        {step.rows.map((row, index) => (
          <li key={index}>
            {WHAT[row.kind]} {row.row} {DID[row.operation]}
            {typeof row.values.quote === "string" && <>: “{row.values.quote}”</>}
            {typeof row.values.type === "string" && <span className="soft"> {row.values.type}</span>}
          </li>
        ))}
      </ul>
      <details>
        <summary>{plural(step.rows.length, "row")} in full</summary>
        <Json label={`Rows of ${moment(step.at)}`} value={step.rows.map(({ kind, row, operation, values }) => ({ kind, row, operation, values }))} />
      </details>
    </Panel>
  ));
}
