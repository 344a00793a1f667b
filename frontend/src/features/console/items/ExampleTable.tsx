import type { ExampleItem } from "../../../api/console";
import { count } from "../format";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";

export function ExampleTable({ rows, confused }: { rows: ExampleItem[]; confused: boolean }) {
  const { at } = useProject();
  return (
    <Scroll label="Examples">
      <table className="rows items">
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Id</th>
            <th scope="col" className="num">
              Judgements
            </th>
            {confused && (
              <th scope="col" className="num">
                Pairs
              </th>
            )}
            <th scope="col">Judged by</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ id, external_id, question, wanted, done, judged_by, confusions }) => (
            <tr key={id}>
              <th scope="row" className="wrap">
                <Link href={at(`items/${id}`)}>{question || external_id}</Link>
              </th>
              <td className="name">{external_id}</td>
              <td className="num nowrap">
                {count(done)} of {count(wanted)}
              </td>
              {confused && <td className="num">{count(confusions ?? 0)}</td>}
              <td>{judged_by.join(", ")}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
