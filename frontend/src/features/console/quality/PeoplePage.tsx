/** Who judges, how well, at what pace and price, and whether their work goes on; and the known answers it is checked by. */
import { useQuery } from "@tanstack/react-query";
import { getPeople, type People } from "../../../api/quality";
import { count, duration } from "../format";
import { annotationsAt } from "../items/address";
import { Answer, Empty, Page, Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { Reliabilities, Share } from "./Figures";
import { GoldPanel } from "./GoldPanel";
import { StandingButtons } from "./StandingButtons";

export function PeoplePage() {
  const { id, at } = useProject();
  const people = useQuery({ queryKey: ["people", id], queryFn: () => getPeople(id), refetchInterval: 30_000 });
  return (
    <Page
      title="People"
      lead="How well each person judges. Work is paused for a look, never ended, by the checks alone."
      actions={
        <Link className="quiet" href={at("survey")}>
          What they say about themselves
        </Link>
      }
    >
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
                  <Link href={at(`people/${person.id}`)}>{person.pseudonym}</Link>
                </th>
                <td>
                  <span className="standing" data-standing={person.standing}>
                    {person.standing}
                  </span>
                  {person.reason && <span className="soft reason">{person.reason}</span>}
                  {admin && person.role === "annotator" && <StandingButtons person={person} />}
                </td>
                <td className="num">
                  <Link href={at(annotationsAt({ person: person.pseudonym }))}>{count(person.annotations)}</Link>
                </td>
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
