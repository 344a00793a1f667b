import { useQuery } from "@tanstack/react-query";
import { getStudies, type Study } from "../../../api/studies";
import { money } from "../dashboard/money";
import { count } from "../format";
import { Answer, Empty, Page, Panel, ProgressBar } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { hourlyOf } from "./rates";
import { STATES } from "./words";

/** The project's studies: people who are brought in for a while, and what they are paid. */
export function StudiesPage() {
  const { id, at, admin } = useProject();
  const studies = useQuery({ queryKey: ["studies", id], queryFn: () => getStudies(id), refetchInterval: 30_000 });
  const begin = admin ? (
    <Link className="primary" href={at("studies/new")}>
      New study
    </Link>
  ) : undefined;
  return (
    <Page title="Studies" lead="A study brings in so many people for so many texts each, at a price: from Prolific, another platform, or by links." actions={begin}>
      <Answer query={studies} height={300}>
        {(data) => (
          <Panel title={data.length > 0 ? "All studies" : "No studies yet"}>
            {data.length > 0 ? (
              <Table studies={data} />
            ) : (
              <Empty>
                {admin
                  ? "Make one, open it, and give its address to the platform or its links to people. Until then only members work here."
                  : "An admin of this project can make one. Until then only members work here."}
              </Empty>
            )}
          </Panel>
        )}
      </Answer>
    </Page>
  );
}

function Table({ studies }: { studies: Study[] }) {
  const { at } = useProject();
  return (
    <Scroll label="Studies">
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Study</th>
            <th scope="col">State</th>
            <th scope="col">From</th>
            <th scope="col">Places taken</th>
            <th scope="col" className="num">
              Completed
            </th>
            <th scope="col" className="num">
              Texts each
            </th>
            <th scope="col" className="num">
              Reward
            </th>
            <th scope="col" className="num">
              An hour, as told
            </th>
            <th scope="col" className="num">
              Target
            </th>
          </tr>
        </thead>
        <tbody>
          {studies.map((study) => {
            const hourly = hourlyOf(Number(study.reward), study.minutes);
            return (
              <tr key={study.id}>
                <th scope="row">
                  <Link href={at(`studies/${study.id}`)}>{study.name}</Link>
                </th>
                <td>{STATES[study.state].name}</td>
                <td>{study.provider === "prolific" ? "Prolific" : "links"}</td>
                <td className="nowrap">
                  {count(study.taken)} of {count(study.places)} <ProgressBar done={study.taken} total={study.places} label={`Places taken of ${study.name}`} />
                </td>
                <td className="num">{count(study.completed)}</td>
                <td className="num">{count(study.texts)}</td>
                <td className="num nowrap">{money(Number(study.reward), study.currency)}</td>
                <td className="num nowrap">{hourly === null ? "–" : money(hourly, study.currency)}</td>
                <td className="num nowrap">{money(Number(study.target_per_hour), study.currency)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Scroll>
  );
}
