import { Suspense, lazy } from "react";
import type { Dashboard } from "../../../api/console";
import { count, plural } from "../format";
import { Answer, Empty, Page, Panel } from "../parts";
import { useAgreement, useDashboard, useProject } from "../project";
import { annotationsAt } from "../items/address";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { Types } from "../Types";
import { Agreement } from "./Agreement";
import { Cost } from "./Cost";
import { Coverage } from "./Coverage";
import { expectation } from "./expectation";
import { People } from "./People";
import { Progress } from "./Progress";
import { Scatter } from "./Scatter";

const BurnUp = lazy(() => import("./BurnUp"));

/** How far the project is, what it found, how well people agree, and what it costs; every number leads to its items. */
export function DashboardPage() {
  const project = useProject();
  const dashboard = useDashboard(project.id);
  return (
    <Page title="Dashboard" lead="How far it is, how well people agree, and what it costs. Every number leads to what it was made of.">
      <Answer query={dashboard} height={900}>
        {(data) => (data.progress.examples === 0 ? <Nothing /> : <Everything data={data} />)}
      </Answer>
    </Page>
  );
}

function Nothing() {
  const { at } = useProject();
  return (
    <Empty
      action={
        <Link className="primary" href={at("#import")}>
          Import examples
        </Link>
      }
    >
      This project is empty: there is nothing to judge yet, so there is nothing to count. Bring in questions with the responses that are to be judged.
    </Empty>
  );
}

function Everything({ data }: { data: Dashboard }) {
  const { id, at, taxonomy } = useProject();
  const agreement = useAgreement(id, data.report);
  const marks = data.types.reduce((sum, type) => sum + type.marks, 0);
  return (
    <div className="grid">
      <Progress dashboard={data} />
      <Panel title="Judgements over time" className="burn-up" aside={expectation(data.pace)}>
        {data.pace.points.length > 0 ? (
          <Suspense fallback={<div className="plot-space" />}>
            <BurnUp dashboard={data} />
          </Suspense>
        ) : (
          <Empty>The curve begins with the first judgement.</Empty>
        )}
      </Panel>
      <Coverage dashboard={data} />
      <Cost dashboard={data} />
      <Panel title="What is wrong, by type" className="wide" aside={plural(marks, "mark")}>
        <Types
          counts={data.types.map(({ key, marks }) => ({ key, count: marks }))}
          taxonomy={taxonomy}
          door={(type) => at(annotationsAt({ type }))}
        />
      </Panel>
      <Panel
        title="People"
        className="wide"
        aside={<Link href={at(annotationsAt())}>{`${count(data.progress.annotations)} annotations`}</Link>}
      >
        <People dashboard={data} agreement={agreement.data} />
      </Panel>
      <Answer query={agreement} height={400}>
        {(found) => (
          <>
            {found.report && (
              <Panel title="Time against quality" className="wide" aside="reliability, by the time for an annotation">
                <Scroll label="Time against quality, drawn">
                  <Scatter dashboard={data} report={found.report} />
                </Scroll>
              </Panel>
            )}
            <Agreement agreement={found} />
          </>
        )}
      </Answer>
    </div>
  );
}
