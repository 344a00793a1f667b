import type { AgreementReport, Dashboard } from "../../../api/console";
import { duration } from "../format";
import { Empty } from "../parts";
import { share } from "./figure";

const WIDTH = 640;
const HEIGHT = 260;
const LEFT = 44;
const BOTTOM = 34;
const MOST_NAMED = 12;

/** Each person by the time that they take and how reliable they are; the table of people tells the same. */
export function Scatter({ dashboard: { people }, report }: { dashboard: Dashboard; report: AgreementReport }) {
  const reliable = reliabilityOf(report);
  const points = people.flatMap(({ pseudonym, seconds_each }) => {
    const reliability = reliable.get(pseudonym);
    return seconds_each === null || reliability === undefined ? [] : [{ pseudonym, seconds: seconds_each, reliability }];
  });
  if (points.length === 0) return <Empty>Nobody has both told their active time and judged what others judged.</Empty>;
  const most = Math.max(...points.map(({ seconds }) => seconds)) * 1.1 || 1;
  const least = Math.min(0, ...points.map(({ reliability }) => reliability));
  const x = (seconds: number) => LEFT + ((WIDTH - LEFT - 16) * seconds) / most;
  const y = (value: number) => 10 + (HEIGHT - BOTTOM - 10) * (1 - (value - least) / (1 - least));
  return (
    <svg
      className="scatter"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      role="img"
      aria-label="Reliability of each person by the time that they take; the table of people has the same numbers."
    >
      {[0, 0.25, 0.5, 0.75, 1].map((value) => (
        <g key={value}>
          <line x1={LEFT} x2={WIDTH - 16} y1={y(value)} y2={y(value)} />
          <text x={LEFT - 8} y={y(value) + 4} textAnchor="end">
            {share(value)}
          </text>
        </g>
      ))}
      {[0.25, 0.5, 0.75, 1].map((part) => (
        <text key={part} x={x(part * most)} y={HEIGHT - 12} textAnchor={part === 1 ? "end" : "middle"}>
          {duration(part * most)}
        </text>
      ))}
      {points.map(({ pseudonym, seconds, reliability }) => (
        <g key={pseudonym}>
          <title>{`${pseudonym}: ${duration(seconds)}, ${share(reliability)}`}</title>
          <circle cx={x(seconds)} cy={y(reliability)} r={5} />
          {points.length <= MOST_NAMED && (
            <text x={x(seconds) - 9} y={y(reliability) + 4} textAnchor="end">
              {pseudonym}
            </text>
          )}
        </g>
      ))}
    </svg>
  );
}

/** Informedness (sensitivity + specificity − 1), averaged over the categories that have a value. */
export function reliabilityOf({ reliability }: AgreementReport): Map<string, number> {
  const values = new Map<string, number[]>();
  for (const { annotator, informedness } of reliability) {
    if (informedness !== null) values.set(annotator, [...(values.get(annotator) ?? []), informedness]);
  }
  return new Map([...values].map(([name, each]) => [name, each.reduce((a, b) => a + b, 0) / each.length]));
}
