import { useMemo } from "react";
import type { PersonDetail } from "../../../api/people";
import { share } from "../dashboard/figure";
import { moment, tick } from "../format";
import { Plot, type PlotData } from "../Plot";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";

// A person's last so many checks say how they do now.
const RECENT = 10;

type Check = PersonDetail["checks"][number];

const sharesOf = (checks: Check[], window: number) =>
  checks.map((_, end) => {
    const seen = checks.slice(Math.max(0, end + 1 - window), end + 1);
    return seen.filter(({ right }) => right).length / seen.length;
  });

/** What share of the checks was right, from the first to the last: of all so far, and of the latest ones. */
export default function CheckCurve({ checks, asked }: { checks: Check[]; asked: number }) {
  const { at } = useProject();
  const data = useMemo(
    (): PlotData => ({
      x: checks.map((_, index) => index + 1),
      series: [
        { name: "right so far", values: sharesOf(checks, Infinity), colour: "--hue-2" },
        ...(checks.length > RECENT ? [{ name: `of the last ${RECENT}`, values: sharesOf(checks, RECENT), colour: "--hue-4" }] : []),
        { name: "asked for", values: checks.map(() => asked), colour: "--hue-8", dashed: true },
      ],
    }),
    [checks, asked],
  );
  return (
    <>
      <Plot data={data} format={share} x={tick} label="Share of right checks, by check" />
      <details>
        <summary>Every check</summary>
        <Scroll label="Checks, the newest first" className="scroll tall">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Kind</th>
                <th scope="col">Answer</th>
                <th scope="col">Text</th>
              </tr>
            </thead>
            <tbody>
              {checks.toReversed().map((check, index) => (
                <tr key={index}>
                  <td className="nowrap">{moment(check.at)}</td>
                  <td>{check.kind}</td>
                  <td className={check.right ? "fits" : "lacks"}>{check.right ? "right" : "wrong"}</td>
                  <td>
                    <Link href={at(`items/${check.example}`)}>{check.example}</Link>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </>
  );
}
