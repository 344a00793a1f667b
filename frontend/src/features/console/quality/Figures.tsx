/** How somebody does, in a cell of a table or in a line. */
import type { Checks, Person } from "../../../api/quality";
import { count } from "../format";
import { Interval, told } from "./Interval";
import { REASONS } from "./measures";

export function Share({ checks: { right, checks, low, high } }: { checks: Checks }) {
  if (checks === 0) return <span className="soft">no checks</span>;
  return (
    <span className="nowrap">
      {count(right)} of {count(checks)} <Interval value={right / checks} low={low} high={high} />
      <span className="sr">{told({ value: right / checks, low, high })}</span>
    </span>
  );
}

export function Reliabilities({ person, named }: { person: Pick<Person, "reliability">; named: Record<string, string> }) {
  if (person.reliability.length === 0) return <span className="soft">in no report yet</span>;
  return (
    <ul className="plain">
      {person.reliability.map(({ category, informedness, reason }, index) => (
        <li key={index} className="nowrap">
          {named[category] ?? category}{" "}
          {informedness === null ? (
            <span className="soft">undefined: {reason && REASONS[reason]}</span>
          ) : (
            <>
              {informedness.toFixed(2).replace("-", "−")} <Interval value={informedness} low={null} high={null} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
