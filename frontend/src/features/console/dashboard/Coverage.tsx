import type { Dashboard } from "../../../api/console";
import { count, plural } from "../format";
import { examplesAt } from "../items/address";
import { Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";

/** How many examples have no judgement, one, two, … */
export function Coverage({ dashboard: { coverage, progress } }: { dashboard: Dashboard }) {
  const { at } = useProject();
  const most = Math.max(1, ...coverage.map(({ examples }) => examples));
  return (
    <Panel title="Coverage" aside={plural(progress.examples, "example")}>
      <table className="types">
        <thead className="sr">
          <tr>
            <th scope="col">Judgements</th>
            <th scope="col">Examples</th>
          </tr>
        </thead>
        <tbody data-hue="3">
          {coverage.map(({ judgements, examples }) => (
            <tr key={judgements}>
              <th scope="row">{judgements === 0 ? "not judged" : plural(judgements, "judgement")}</th>
              <td>
                <span className="track" aria-hidden="true">
                  <span className="fill" style={{ inlineSize: `${(100 * examples) / most}%` }} />
                </span>
                <span className="value">{examples > 0 ? <Link href={at(examplesAt({ judgements }))}>{count(examples)}</Link> : 0}</span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
