import type { AnnotationItem } from "../../../api/console";
import { looksOf } from "../badges";
import { duration, moment } from "../format";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { annotationsAt } from "./address";

/** Annotations with what they mark; of one type, where the list is about one. */
export function AnnotationTable({ rows, type }: { rows: AnnotationItem[]; type: string | null }) {
  const { at, taxonomy } = useProject();
  const looks = looksOf(taxonomy);
  return (
    <Scroll label="Annotations that were found">
      <table className="rows items">
        <thead>
          <tr>
            <th scope="col">Question</th>
            <th scope="col">Person</th>
            <th scope="col">{type ? "Marks of this type" : "Marks"}</th>
            <th scope="col" className="num">
              Active time
            </th>
            <th scope="col">Came in</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ record_id, example, person, marks, active_seconds, counted, created_at }) => (
            <tr key={record_id}>
              <th scope="row" className="wrap">
                <Link href={at(`items/${example.id}?annotation=${record_id}`)}>{example.question || example.external_id}</Link>
              </th>
              <td className="nowrap">
                <Link href={at(annotationsAt({ person }))}>{person}</Link>
              </td>
              <td>
                <ul className="marks">
                  {marks
                    .filter((mark) => !type || mark.type === type)
                    .map((mark, i) => (
                      <li key={i} data-hue={looks.get(mark.type)?.hue}>
                        <span className="badge" data-line={looks.get(mark.type)?.line} title={mark.type}>
                          {looks.get(mark.type)?.badge ?? "?"}
                        </span>{" "}
                        {mark.text}
                      </li>
                    ))}
                  {marks.length === 0 && <li className="soft">no errors</li>}
                </ul>
              </td>
              <td className="num nowrap">{active_seconds === null ? "–" : duration(active_seconds)}</td>
              <td className="nowrap">
                {moment(created_at)}
                {!counted && <span className="soft">, not counted</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}
