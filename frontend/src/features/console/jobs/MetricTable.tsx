import type { Metric } from "../../../api/console";
import { number } from "../format";
import { metricNames } from "./metrics";
import { Scroll } from "../Scroll";

const SHOWN = 50;

/** The same numbers as the curves, to be read: the newest steps first. */
export function MetricTable({ metrics }: { metrics: Metric[] }) {
  const names = metricNames(metrics)
    .filter((name) => name !== "time")
    .sort();
  return (
    <details>
      <summary>The curves as a table</summary>
      <Scroll label="Metrics by step">
        <table className="rows">
          <caption>{metrics.length > SHOWN ? `The last ${SHOWN} of ${metrics.length} steps` : "All steps"}, newest first</caption>
          <thead>
            <tr>
              <th scope="col" className="num">
                Step
              </th>
              {names.map((name) => (
                <th key={name} scope="col" className="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {metrics
              .slice(-SHOWN)
              .reverse()
              .map(({ step, values }) => (
                <tr key={step}>
                  <th scope="row" className="num">
                    {step}
                  </th>
                  {names.map((name) => (
                    <td key={name} className="num">
                      {name in values ? number(values[name]) : ""}
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
