/** How long it took, what an hour was worth by that, and what is missing from the target. */
import type { PayReport } from "../../../api/studies";
import { money } from "../dashboard/money";
import { duration, plural } from "../format";
import { Empty, Panel } from "../parts";

export function Times({ report }: { report: PayReport }) {
  const { completed, active, hourly, slowest_hourly, target_per_hour, top_up, screened_out, screen_out, currency } = report;
  const short = hourly !== null && hourly < target_per_hour;
  return (
    <Panel title="What an hour was worth" aside={plural(completed.people, "person has", "people have") + " completed it"}>
      {completed.wall === null ? (
        <Empty>Nobody has completed the study yet. With the first who does, their time says what an hour was worth.</Empty>
      ) : (
        <>
          <dl className="numbers small">
            <div>
              <dt>median time, lessons included and breaks left out</dt>
              <dd>{duration(completed.wall.median)}</dd>
            </div>
            <div>
              <dt>of it active</dt>
              <dd>{active ? duration(active.median) : "–"}</dd>
            </div>
            <div>
              <dt>an hour, by the median</dt>
              <dd className={short ? "lacks" : "fits"}>{hourly === null ? "–" : money(hourly, currency)}</dd>
            </div>
            <div>
              <dt>of the slowest quarter at most</dt>
              <dd>{slowest_hourly === null ? "–" : money(slowest_hourly, currency)}</dd>
            </div>
            <div>
              <dt>missing for each from {money(target_per_hour, currency)} an hour</dt>
              <dd>{top_up > 0 ? money(top_up, currency) : "nothing"}</dd>
            </div>
          </dl>
          <Strip report={report} />
        </>
      )}
      {screened_out.people > 0 && (
        <p className="hint">
          {plural(screened_out.people, "person", "people")} did not pass the qualification
          {screened_out.wall && <> after {duration(screened_out.wall.median)} (median)</>}; each gets {money(screen_out, currency)}.
        </p>
      )}
    </Panel>
  );
}

/** Everybody's time on one line, the middle half shaded, and the time that the reward would be fair for. */
function Strip({ report: { people, completed, reward, target_per_hour } }: { report: PayReport }) {
  const times = people.filter(({ state }) => state === "completed").map(({ wall_seconds }) => wall_seconds);
  const fair = target_per_hour > 0 ? (reward / target_per_hour) * 3600 : null;
  const most = Math.max(...times, fair ?? 0) * 1.05;
  const place = (seconds: number) => `${(seconds / most) * 100}%`;
  const { low, median, high } = completed.wall!;
  return (
    <figure className="strip">
      <div aria-hidden="true" className="strip-line">
        <i className="strip-box" style={{ insetInlineStart: place(low), inlineSize: `calc(${place(high)} - ${place(low)})` }} />
        <i className="strip-median" style={{ insetInlineStart: place(median) }} />
        {fair !== null && <i className="strip-fair" style={{ insetInlineStart: place(fair) }} />}
        {times.map((seconds, index) => (
          <i key={index} className="strip-dot" style={{ insetInlineStart: place(seconds) }} />
        ))}
      </div>
      <figcaption className="hint">
        Each dot is a person’s time. A quarter took at most {duration(low)}, half {duration(median)}, three quarters {duration(high)}
        {fair !== null && <>; the dashed line is {duration(fair)}, which the reward pays for at the target</>}.
      </figcaption>
    </figure>
  );
}
