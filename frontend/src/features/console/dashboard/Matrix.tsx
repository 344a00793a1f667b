import type { CSSProperties } from "react";
import type { AgreementReport } from "../../../api/console";
import { plural } from "../format";
import { examplesAt } from "../items/address";
import { Empty } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { shade, share } from "./figure";

/** F1 of every two people, the darker the better; a cell leads to the examples that both judged. */
export function Matrix({ pairs }: { pairs: AgreementReport["pairs"] }) {
  const { at } = useProject();
  const people = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))].sort();
  if (people.length === 0) return <Empty>No two people judged the same example.</Empty>;
  const found = new Map(pairs.flatMap((pair) => [[`${pair.one} ${pair.other}`, pair] as const, [`${pair.other} ${pair.one}`, pair] as const]));
  return (
    <>
      <Scroll label="Person by person">
        <table className="matrix">
          <thead>
            <tr>
              <td />
              {people.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {people.map((one) => (
              <tr key={one}>
                <th scope="row">{one}</th>
                {people.map((other) => {
                  const pair = found.get(`${one} ${other}`);
                  if (!pair) return <td key={other} className="none" />;
                  const { f1, units, disputed } = pair;
                  return (
                    <td key={other} style={{ "--shade": `${f1 === null ? 0 : shade(f1)}%` } as CSSProperties}>
                      <Link
                        href={at(examplesAt({ person: [one, other] }))}
                        title={`${plural(units, "unit")} judged by both, ${plural(disputed, "of them", "of them")} in dispute`}
                      >
                        {f1 === null ? "–" : share(f1)}
                      </Link>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="hint">F1 of the words or sentences that the one and the other marked; – where neither marked any. At most the 40 who judged most.</p>
    </>
  );
}
