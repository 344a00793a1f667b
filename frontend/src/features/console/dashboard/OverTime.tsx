import { useMemo } from "react";
import type { AgreementPoint } from "../../../api/console";
import { count, moment, tick } from "../format";
import { annotationsAt } from "../items/address";
import { Plot, type PlotData } from "../Plot";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";
import { interval, MEASURES, share, whyNot } from "./figure";

/** Agreement from report to report, by how many annotations there were, between the ends of its interval. */
export default function OverTime({ points }: { points: AgreementPoint[] }) {
  const { at } = useProject();
  const measure = points.at(-1)?.measure ?? "word_alpha";
  const [name, meaning] = MEASURES[measure] ?? [measure, ""];
  const data = useMemo((): PlotData => {
    const of = (key: "value" | "low" | "high") => points.map((point) => point[key]);
    return {
      x: points.map(({ annotations }) => annotations),
      series: [
        { name, values: of("value"), colour: "--hue-2" },
        { name: "95 % interval, from", values: of("low"), colour: "--hue-8", dashed: true },
        { name: "to", values: of("high"), colour: "--hue-8", dashed: true },
      ],
    };
  }, [points, name]);
  return (
    <>
      <Plot data={data} format={share} x={tick} label={`${name}, by annotations`} />
      <p className="hint">{meaning} From left to right: annotations.</p>
      <details>
        <summary>The curve as a table</summary>
        <Scroll label="Agreement from report to report" className="scroll tall">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col" className="num">
                  Report
                </th>
                <th scope="col">Made</th>
                <th scope="col" className="num">
                  Annotations
                </th>
                <th scope="col" className="num">
                  {name}
                </th>
                <th scope="col">95 % interval</th>
                <th scope="col" className="num">
                  Examples
                </th>
              </tr>
            </thead>
            <tbody>
              {points.map((point) => (
                <tr key={point.number}>
                  <td className="num">{point.number}</td>
                  <td className="nowrap">{moment(point.made_at)}</td>
                  <td className="num">
                    <Link href={at(annotationsAt({ until: point.made_at }))}>{count(point.annotations)}</Link>
                  </td>
                  <td className="num">{point.value === null ? whyNot(point) : share(point.value)}</td>
                  <td className="nowrap">{interval(point)}</td>
                  <td className="num">{count(point.count)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </>
  );
}
