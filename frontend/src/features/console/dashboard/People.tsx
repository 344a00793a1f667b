import type { Agreement, Dashboard } from "../../../api/console";
import { count, duration, moment } from "../format";
import { annotationsAt } from "../items/address";
import { Empty } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { interval, share } from "./figure";
import { money } from "./money";
import { reliabilityOf } from "./Scatter";

/** What each person did, under their pseudonym. */
export function People({ dashboard: { people, cost }, agreement }: { dashboard: Dashboard; agreement: Agreement | undefined }) {
  const { at } = useProject();
  if (people.length === 0) return <Empty>Nobody has handed anything in yet.</Empty>;
  const { currency } = cost;
  const reliable = agreement?.report ? reliabilityOf(agreement.report) : new Map<string, number>();
  const gold = new Map(agreement?.gold.map((figure) => [figure.person, figure]));
  return (
    <Scroll label="What each person did">
      <table className="rows" id="people">
        <thead>
          <tr>
            <th scope="col">Person</th>
            <th scope="col" className="num">
              Annotations
            </th>
            <th scope="col" className="num">
              Counted
            </th>
            <th scope="col" className="num">
              Marks each
            </th>
            <th scope="col" className="num">
              Time each
            </th>
            <th scope="col" className="num">
              Active time
            </th>
            <th scope="col" className="num">
              Reliability
            </th>
            {gold.size > 0 && (
              <th scope="col" className="num">
                Right on gold
              </th>
            )}
            {currency && (
              <th scope="col" className="num">
                Earned
              </th>
            )}
            <th scope="col">Last</th>
          </tr>
        </thead>
        <tbody>
          {people.map((person) => {
            const theirs = at(annotationsAt({ person: person.pseudonym }));
            return (
              <tr key={person.pseudonym}>
                <th scope="row" className="name">
                  <Link href={theirs}>{person.pseudonym}</Link>
                </th>
                <td className="num">
                  <Link href={theirs}>{count(person.annotations)}</Link>
                </td>
                <td className="num">
                  <Link href={at(annotationsAt({ person: person.pseudonym, counted: true }))}>{count(person.counted)}</Link>
                </td>
                <td className="num">{(person.marks / person.annotations).toFixed(2)}</td>
                <td className="num nowrap">{person.seconds_each === null ? "–" : duration(person.seconds_each)}</td>
                <td className="num nowrap">{person.timed > 0 ? duration(person.active_seconds) : "–"}</td>
                <td className="num">{reliable.has(person.pseudonym) ? share(reliable.get(person.pseudonym)!) : "–"}</td>
                {gold.size > 0 && <GoldCell figure={gold.get(person.pseudonym)} />}
                {currency && <td className="num">{money(person.earned, currency)}</td>}
                <td className="nowrap">{moment(person.last_at)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

function GoldCell({ figure }: { figure: Agreement["gold"][number] | undefined }) {
  if (!figure || figure.value === null) return <td className="num">–</td>;
  return (
    <td className="num nowrap" title={`${count(figure.count)} checks`}>
      {share(figure.value)} <small className="soft">{interval(figure)}</small>
    </td>
  );
}
