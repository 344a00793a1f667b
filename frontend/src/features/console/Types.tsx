import type { Taxonomy } from "../../api/console";
import { looksOf } from "./badges";
import { count } from "./format";
import { Link } from "./route";

/** Marks per error type as bars; to a screen reader it is a table. Colour, line and letter are those of the annotate page. `door`: where the marks of a type are. */
export function Types({
  counts,
  taxonomy,
  door,
}: {
  counts: { key: string; count: number }[];
  taxonomy: Taxonomy;
  door?: (type: string) => string;
}) {
  const looks = looksOf(taxonomy);
  const found = new Map(counts.map(({ key, count }) => [key, count]));
  const most = Math.max(1, ...found.values());
  return (
    <table className="types">
      <thead className="sr">
        <tr>
          <th scope="col">Error type</th>
          <th scope="col">Marks</th>
        </tr>
      </thead>
      {taxonomy.categories.map((category) => (
        <tbody key={category.key}>
          <tr className="category">
            <th scope="rowgroup" colSpan={2}>
              {category.name}
            </th>
          </tr>
          {category.types.map(({ key, name }) => {
            const look = looks.get(key)!;
            const marks = found.get(key) ?? 0;
            return (
              <tr key={key} data-hue={look.hue}>
                <th scope="row">
                  <span className="badge" data-line={look.line} aria-hidden="true">
                    {look.badge}
                  </span>{" "}
                  {name}
                </th>
                <td>
                  <span className="track" aria-hidden="true">
                    <span className="fill" style={{ inlineSize: `${(100 * marks) / most}%` }} />
                  </span>
                  <span className="value">{door && marks > 0 ? <Link href={door(key)}>{count(marks)}</Link> : count(marks)}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      ))}
    </table>
  );
}
