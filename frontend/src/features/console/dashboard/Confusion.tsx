import type { CSSProperties } from "react";
import type { AgreementReport } from "../../../api/console";
import { looksOf } from "../badges";
import { count } from "../format";
import { examplesAt } from "../items/address";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { shade } from "./figure";

/** Pairs of marks that touch, by the types that two people gave them; a cell leads to the examples where they did. */
export function Confusion({ report: { confusion } }: { report: AgreementReport }) {
  const { at, taxonomy } = useProject();
  const { types, table, alone } = confusion;
  const looks = looksOf(taxonomy);
  const names = new Map(taxonomy.categories.flatMap(({ types: each }) => each.map(({ key, name }): [string, string] => [key, name])));
  const most = Math.max(1, ...table.flat());
  return (
    <>
      <Scroll label="Type by type">
        <table className="matrix confusion">
          <thead>
            <tr>
              <td />
              {types.map((type) => (
                <th key={type} scope="col" data-hue={looks.get(type)?.hue}>
                  <span className="badge" data-line={looks.get(type)?.line} title={names.get(type) ?? type}>
                    {looks.get(type)?.badge ?? type}
                  </span>
                  <span className="sr"> {names.get(type) ?? type}</span>
                </th>
              ))}
              <th scope="col">nothing</th>
            </tr>
          </thead>
          <tbody>
            {types.map((type, i) => (
              <tr key={type}>
                <th scope="row">{names.get(type) ?? type}</th>
                {types.map((other, j) => {
                  const pairs = table[i]![j]!;
                  return (
                    <td key={other} style={{ "--shade": `${shade(pairs / most)}%` } as CSSProperties} data-same={i === j || undefined}>
                      {pairs > 0 ? <Link href={at(examplesAt({ confused: [type, other] }))}>{count(pairs)}</Link> : <span className="soft">0</span>}
                    </td>
                  );
                })}
                <td className="soft">{count(alone[i]!)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p className="hint">
        Pairs of marks by two people that share a character or a missing sentence. “nothing”: marks beside another judge who marked nothing there.
      </p>
    </>
  );
}
