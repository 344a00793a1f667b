import type { JobDetail, Model } from "../../../api/console";
import { number } from "../format";
import { Interval } from "../quality/Interval";
import { Scroll } from "../Scroll";
import { comparisonOf, reachOf, type Difference } from "./comparison";
import { sources } from "./JobFacts";

/** What an evaluation found: the policies' metrics side by side, and how they differ from the first one's. */
export function Comparison({ job, models, metrics }: { job: JobDetail; models: Model[]; metrics: Record<string, number | null> }) {
  const rows = comparisonOf(metrics);
  const policies = sources(job, models).flatMap(({ role, name }) => (role === "Policy" ? [name] : []));
  const others = policies.slice(1);
  return (
    <Scroll label="Policies by metric">
      <table className="rows">
        {others.length > 0 && <caption>Differences to {policies[0]}, with 95 % intervals of the bootstrap over prompts</caption>}
        <thead>
          <tr>
            <th scope="col">Metric</th>
            {policies.map((name, i) => (
              <th key={i} scope="col" className="num">
                {name}
              </th>
            ))}
            {others.map((name, i) => [
              <th key={`${i} as it is`} scope="col">
                {name}: difference
              </th>,
              <th key={`${i} at equal length`} scope="col">
                at equal length
              </th>,
            ])}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              {row.values.map((value, i) => (
                <td key={i} className="num">
                  {value === null ? "" : number(value)}
                </td>
              ))}
              {row.differences.map((found, i) => [
                <td key={`${i} as it is`}>
                  <Drawn found={found} reach={reachOf(row)} />
                </td>,
                <td key={`${i} at equal length`}>
                  <Drawn found={row.atEqualLength[i]!} reach={reachOf(row)} />
                </td>,
              ])}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const signed = (value: number) => `${value > 0 ? "+" : ""}${number(value)}`;

function Drawn({ found, reach }: { found: Difference | null; reach: number }) {
  if (!found) return null;
  const { mean, low, high } = found;
  return (
    <span className="nowrap">
      {signed(mean)} {reach > 0 && <Interval value={mean} low={low} high={high} least={-reach} most={reach} />}
      <span className="sr">
        {" "}
        from {signed(low)} to {signed(high)}
      </span>
    </span>
  );
}
