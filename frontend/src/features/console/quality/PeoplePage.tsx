/** Who judges, how well, at what pace and price, and whether their work goes on; and the known answers it is checked by. */
import { useQuery } from "@tanstack/react-query";
import { getPeople, type Checks, type People, type Person } from "../../../api/quality";
import { count, duration } from "../format";
import { Answer, Empty, Page, Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { GoldPanel } from "./GoldPanel";
import { Interval, told } from "./Interval";
import { REASONS } from "./measures";
import { StandingButtons } from "./StandingButtons";

export function PeoplePage() {
  const { id, at } = useProject();
  const people = useQuery({ queryKey: ["people", id], queryFn: () => getPeople(id), refetchInterval: 30_000 });
  return (
    <Page title="People" lead="How well each person judges. Work is paused for a look, never ended, by the checks alone.">
      <Answer query={people} height={400}>
        {(data) =>
          data.people.length > 0 ? (
            <Table data={data} />
          ) : (
            <Panel title="Nobody yet">
              <Empty action={<Link href={at("")}>To the overview</Link>}>Nobody has judged a text of this project yet.</Empty>
            </Panel>
          )
        }
      </Answer>
      <GoldPanel />
    </Page>
  );
}

function Table({ data: { people, report, currency } }: { data: People }) {
  const { at, taxonomy, admin } = useProject();
  const named = Object.fromEntries(taxonomy.categories.map(({ key, name }) => [key, name]));
  return (
    <Panel title="Everybody" aside={report === null ? undefined : <Link href={at("quality")}>Report {report}</Link>}>
      <Scroll label="People">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Work</th>
              <th scope="col" className="num">
                Annotations
              </th>
              <th scope="col">Gold</th>
              <th scope="col">Attention</th>
              <th scope="col">Qualification</th>
              <th scope="col">Reliability by category</th>
              <th scope="col" className="num">
                Weight
              </th>
              <th scope="col" className="num">
                Time each
              </th>
              <th scope="col" className="num">
                Earned
              </th>
            </tr>
          </thead>
          <tbody>
            {people.map((person) => (
              <tr key={person.id}>
                <th scope="row">
                  <Link href={at(`items?person=${encodeURIComponent(person.pseudonym)}`)}>{person.pseudonym}</Link>
                </th>
                <td>
                  <span className="standing" data-standing={person.standing}>
                    {person.standing}
                  </span>
                  {person.reason && <span className="soft reason">{person.reason}</span>}
                  {admin && person.role === "annotator" && <StandingButtons person={person} />}
                </td>
                <td className="num">{count(person.annotations)}</td>
                <td>
                  <Share checks={person.gold} />
                </td>
                <td>
                  <Share checks={person.attention} />
                </td>
                <td>{person.qualification ? (person.qualification.passed ? "passed" : "not passed") : <span className="soft">none</span>}</td>
                <td>
                  <Reliabilities person={person} named={named} />
                </td>
                <td className="num">{person.weight === null ? "" : person.weight.toFixed(2)}</td>
                <td className="num nowrap">{person.seconds_each === null ? "" : duration(person.seconds_each)}</td>
                <td className="num nowrap">{person.earned === null ? "" : `${person.earned.toFixed(2)} ${currency}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="hint">
        Gold: the share of checks that were right, with its 95 % interval. Reliability: 1 for always right and 0 for marks at random, from how people agree
        with each other. Weight: what a person’s word would count in training, 1 on average.
      </p>
    </Panel>
  );
}

function Share({ checks: { right, checks, low, high } }: { checks: Checks }) {
  if (checks === 0) return <span className="soft">no checks</span>;
  return (
    <span className="nowrap">
      {count(right)} of {count(checks)} <Interval value={right / checks} low={low} high={high} />
      <span className="sr">{told({ value: right / checks, low, high })}</span>
    </span>
  );
}

function Reliabilities({ person, named }: { person: Person; named: Record<string, string> }) {
  if (person.reliability.length === 0) return <span className="soft">in no report yet</span>;
  return (
    <ul className="plain">
      {person.reliability.map(({ category, informedness, reason }, index) => (
        <li key={index} className="nowrap">
          {named[category] ?? category}{" "}
          {informedness === null ? (
            <span className="soft">undefined: {reason && REASONS[reason]}</span>
          ) : (
            <>
              {informedness.toFixed(2).replace("-", "−")} <Interval value={informedness} low={null} high={null} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
