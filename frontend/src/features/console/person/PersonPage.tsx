/** One person: what they did, how they were checked, whether their work goes on, and what they were paid. */
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, type ReactNode } from "react";
import { getPerson, type PersonDetail } from "../../../api/people";
import { money } from "../dashboard/money";
import { count, duration, moment } from "../format";
import { annotationsAt } from "../items/address";
import { Answer, Empty, Page, Panel } from "../parts";
import { useProject } from "../project";
import { Reliabilities, Share } from "../quality/Figures";
import { StandingButtons } from "../quality/StandingButtons";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { answerTold } from "../survey/told";
import { Data } from "./Data";
import { Studies } from "./Studies";

const WorkCurves = lazy(() => import("./WorkCurves"));
const CheckCurve = lazy(() => import("./CheckCurve"));

const SITTING = [["span_f1", "Words, F1"], ["type_accuracy", "Types"], ["missing_f1", "Missing, F1"]] as const;

export function PersonPage({ id }: { id: string }) {
  const project = useProject();
  const person = useQuery({ queryKey: ["person", project.id, id], queryFn: () => getPerson(project.id, Number(id)) });
  return (
    <Answer page query={person} height={900}>
      {(data) => <Shown person={data} />}
    </Answer>
  );
}

function Shown({ person }: { person: PersonDetail }) {
  const { at, admin } = useProject();
  return (
    <Page
      title={person.pseudonym}
      lead={`${person.role}, here since ${moment(person.since)}. Who they are outside of this project is not told here.`}
      actions={<Link className="quiet" href={at(annotationsAt({ person: person.pseudonym }))}>Their annotations</Link>}
    >
      <p className="crumb">
        <Link href={at("people")}>All people</Link>
      </p>
      <div className="grid">
        <Panel title="Work">
          <Work person={person} />
        </Panel>
        <Panel title="Checks against gold">
          <Checks person={person} />
        </Panel>
        <Panel title="Whether their work goes on" aside={<span className="standing" data-standing={person.standing}>{person.standing}</span>}>
          <Changes person={person} />
          {admin && person.role === "annotator" && <StandingButtons person={person} />}
        </Panel>
        <Panel title="How well they agree with others" aside={person.report === null ? undefined : <Link href={at("quality")}>Report {person.report}</Link>}>
          <Agreeing person={person} />
        </Panel>
        <Studies studies={person.studies} />
        <Panel title="Qualification">
          <Sittings person={person} />
        </Panel>
        <Panel title="What they say about themselves" aside={<Link href={at("survey")}>Everybody’s answers</Link>}>
          <Said person={person} />
        </Panel>
        {admin && person.role === "annotator" && <Data person={person} />}
      </div>
    </Page>
  );
}

function Work({ person: { work, annotations, seconds_each, earned, currency, pseudonym } }: { person: PersonDetail }) {
  const { at } = useProject();
  if (annotations === 0) return <Empty>They have submitted nothing yet. What they do shows here with their first text.</Empty>;
  const seconds = work.reduce((sum, day) => sum + day.seconds, 0);
  return (
    <>
      <dl className="numbers small">
        <Told name="annotations">
          <Link href={at(annotationsAt({ person: pseudonym }))}>{count(annotations)}</Link>
        </Told>
        <Told name="each, active">{seconds_each === null ? "–" : duration(seconds_each)}</Told>
        <Told name="active in all">{duration(seconds)}</Told>
        {earned !== null && currency !== null && <Told name="earned by text">{money(earned, currency)}</Told>}
      </dl>
      {work.length > 0 && (
        <Suspense fallback={<div className="plot-space" />}>
          <WorkCurves work={work} pseudonym={pseudonym} />
        </Suspense>
      )}
    </>
  );
}

function Told({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Checks({ person: { checks, gold, attention } }: { person: PersonDetail }) {
  const { desk } = useProject();
  if (checks.length === 0) return <Empty>They were not given a known answer yet. Checks are mixed into the work, as the desk says how often.</Empty>;
  return (
    <>
      <p>
        Gold: <Share checks={gold} />
      </p>
      <p>
        Attention: <Share checks={attention} />
      </p>
      <Suspense fallback={<div className="plot-space" />}>
        <CheckCurve checks={checks} asked={desk.gold.share} />
      </Suspense>
    </>
  );
}

function Changes({ person: { changes } }: { person: PersonDetail }) {
  if (changes.length === 0) return <Empty>Nothing has stopped their work so far. The gold rule may pause it, and an admin pause or end it.</Empty>;
  return (
    <Scroll label="Changes of standing">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">When</th>
            <th scope="col">Became</th>
            <th scope="col">By</th>
            <th scope="col">Why</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ at, standing, by, reason }) => (
            <tr key={at}>
              <td className="nowrap">{moment(at)}</td>
              <td>
                <span className="standing" data-standing={standing}>
                  {standing}
                </span>
              </td>
              <td>{by ?? "the gold rule"}</td>
              <td className="told">{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Agreeing({ person }: { person: PersonDetail }) {
  const { taxonomy } = useProject();
  const named = Object.fromEntries(taxonomy.categories.map(({ key, name }) => [key, name]));
  return (
    <>
      <Reliabilities person={person} named={named} />
      <p className="hint">
        1 for always right, 0 for marks at random, from how people agree with each other.
        {person.weight !== null && ` In training their word would count ${person.weight.toFixed(2)} times as much as the average.`}
      </p>
    </>
  );
}

function Sittings({ person: { sittings } }: { person: PersonDetail }) {
  if (sittings.length === 0) return <Empty>They have not finished a qualification.</Empty>;
  return (
    <Scroll label="Tries at the qualification">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Try</th>
            <th scope="col">When</th>
            <th scope="col">Result</th>
            {SITTING.map(([key, name]) => (
              <th scope="col" className="num" key={key}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sittings.map((sitting) => (
            <tr key={sitting.sitting}>
              <td>{sitting.sitting}</td>
              <td className="nowrap">{moment(sitting.at)}</td>
              <td className="nowrap">{sitting.passed ? "passed" : "not passed"}</td>
              {SITTING.map(([key]) => (
                <td className="num" key={key}>
                  {sitting[key].toFixed(2)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function Said({ person: { survey } }: { person: PersonDetail }) {
  const { desk } = useProject();
  if (survey === null) return <Empty>{desk.survey.length > 0 ? "They have not answered the survey yet." : "This project asks people nothing about themselves. The desk has room for such questions."}</Empty>;
  const asked = desk.survey.map(({ key }) => key);
  const keys = [...asked.filter((key) => key in survey.answers), ...Object.keys(survey.answers).filter((key) => !asked.includes(key))];
  if (keys.length === 0) return <p>They would rather not say ({moment(survey.created_at)}).</p>;
  return (
    <dl className="said-of">
      {keys.map((key) => {
        const question = desk.survey.find((each) => each.key === key);
        return (
          <div key={key}>
            <dt>{question?.text ?? key}</dt>
            <dd>{answerTold(question, survey.answers[key])}</dd>
          </div>
        );
      })}
    </dl>
  );
}
