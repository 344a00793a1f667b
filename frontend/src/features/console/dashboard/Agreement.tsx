import { SegmentedControl } from "@mantine/core";
import { Suspense, lazy, useState } from "react";
import type { Agreement as Answered, AgreementReport } from "../../../api/console";
import { count, moment, plural } from "../format";
import { Empty, Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { Confusion } from "./Confusion";
import { share } from "./figure";
import { Matrix } from "./Matrix";

const OverTime = lazy(() => import("./OverTime"));

/** How well people agree, from the newest quality report. */
export function Agreement({ agreement: { report, over_time, least_shared } }: { agreement: Answered }) {
  const { at } = useProject();
  if (!report) {
    return (
      <Panel title="Agreement" className="wide">
        <Empty>The first quality report has not been made yet. One is made by itself once 50 annotations have come in.</Empty>
      </Panel>
    );
  }
  const { shared } = report.covers;
  if (shared < least_shared) {
    return (
      <Panel title="Agreement" className="wide" aside={`report ${report.number}`}>
        <Empty>
          There is too little to compare: at least 2 judgements on {least_shared} examples are needed, and {plural(shared, "example")}{" "}
          {shared === 1 ? "has" : "have"} them. A greater overlap in the settings brings more.
        </Empty>
      </Panel>
    );
  }
  return (
    <>
      <Panel title="Agreement over time" className="wide" aside={<Link href={at("quality")}>{basis(report)}</Link>}>
        <Suspense fallback={<div className="plot-space" />}>
          <OverTime points={over_time} />
        </Suspense>
      </Panel>
      <ByCategory report={report} />
      <Panel title="What two people call the same place" className="wide" aside={plural(sum(report), "pair of marks", "pairs of marks")}>
        <Confusion report={report} />
      </Panel>
      <Panel title="Most disputed" className="wide" aside={plural(report.disputes.length, "example")}>
        <Disputes report={report} />
      </Panel>
    </>
  );
}

const sum = ({ confusion: { table } }: AgreementReport) => table.reduce((all, row, i) => all + row.slice(i).reduce((a, b) => a + b, 0), 0);

function basis({ number, made_at, covers: { annotations, sampled_annotations } }: AgreementReport): string {
  const of = sampled_annotations < annotations ? `${count(sampled_annotations)} of ${count(annotations)}` : count(annotations);
  return `report ${number}, ${moment(made_at)}, on ${of} annotations`;
}

function ByCategory({ report }: { report: AgreementReport }) {
  const { taxonomy } = useProject();
  const [category, setCategory] = useState(taxonomy.categories[0]!.key);
  return (
    <Panel
      title="Who agrees with whom"
      className="wide"
      aside={
        taxonomy.categories.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label="Category"
            value={category}
            onChange={setCategory}
            data={taxonomy.categories.map(({ key, name }) => ({ value: key, label: name }))}
          />
        )
      }
    >
      <Matrix pairs={report.pairs.filter((pair) => pair.category === category)} />
    </Panel>
  );
}

function Disputes({ report: { disputes } }: { report: AgreementReport }) {
  const { at } = useProject();
  if (disputes.length === 0) return <Empty>Nobody marked what another left unmarked.</Empty>;
  return (
    <Scroll label="Most disputed examples" className="scroll tall">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Example</th>
            <th scope="col" className="num">
              Judged by
            </th>
            <th scope="col" className="num">
              F1
            </th>
            <th scope="col" className="num">
              Words in dispute
            </th>
          </tr>
        </thead>
        <tbody>
          {disputes.map(({ example, external_id, judges, f1, disputed }) => (
            <tr key={example}>
              <th scope="row" className="name">
                <Link href={at(`items/${example}`)}>{external_id}</Link>
              </th>
              <td className="num">{count(judges)}</td>
              <td className="num">{share(f1)}</td>
              <td className="num">{count(disputed)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

