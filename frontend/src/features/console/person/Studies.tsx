import type { PersonStudy } from "../../../api/people";
import { money } from "../dashboard/money";
import { duration, moment } from "../format";
import { Empty, Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { KINDS, PARTS } from "../studies/words";

/** The studies that the person came by, and what they got for each. */
export function Studies({ studies }: { studies: PersonStudy[] }) {
  const { at } = useProject();
  return (
    <Panel title="Studies and pay" className="wide">
      {studies.length === 0 ? (
        <Empty action={<Link href={at("studies")}>All studies</Link>}>They did not come by a study. Its time and payments would show here.</Empty>
      ) : (
        <Scroll label="Studies of this person">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">Study</th>
                <th scope="col">State</th>
                <th scope="col">Came in</th>
                <th scope="col" className="num">
                  Texts
                </th>
                <th scope="col" className="num">
                  Time
                </th>
                <th scope="col" className="num">
                  Of it active
                </th>
                <th scope="col">Payments</th>
              </tr>
            </thead>
            <tbody>
              {studies.map((study) => (
                <tr key={study.id}>
                  <th scope="row">
                    <Link href={at(`studies/${study.id}`)}>{study.name}</Link>
                  </th>
                  <td className="nowrap">{PARTS[study.state]}</td>
                  <td className="nowrap">{moment(study.entered_at)}</td>
                  <td className="num nowrap">
                    {study.done} of {study.texts}
                  </td>
                  <td className="num nowrap">{duration(study.wall_seconds)}</td>
                  <td className="num nowrap">{duration(study.active_seconds)}</td>
                  <td>
                    {study.payments.length === 0 && <span className="soft">none yet</span>}
                    <ul className="plain">
                      {study.payments.map(({ id, kind, amount, state, reason }) => (
                        <li key={id}>
                          <span className="nowrap">
                            {money(amount, study.currency)} {KINDS[kind]}, {state}
                          </span>
                          {reason && <span className="soft reason">{reason}</span>}
                        </li>
                      ))}
                    </ul>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </Panel>
  );
}
