import type { ReactNode } from "react";
import type { Dashboard } from "../../../api/console";
import { count, duration } from "../format";
import { annotationsAt } from "../items/address";
import { Panel } from "../parts";
import { useProject } from "../project";
import { Link } from "../route";
import { money } from "./money";

/** Money where texts are paid for, and time in any case. */
export function Cost({ dashboard: { cost } }: { dashboard: Dashboard }) {
  const { at } = useProject();
  const { currency, per_text, earned, projected, hourly, active_seconds, timed, seconds_each, seconds_projected } = cost;
  const all = at(annotationsAt());
  return (
    <Panel title="Cost" aside={currency && per_text !== null ? <Link href={at("desk")}>{`${money(per_text, currency)} a text`}</Link> : "not paid by the text"}>
      <dl className="facts">
        {currency && earned !== null && (
          <>
            <Fact name="Earned so far" href={`${at("dashboard")}#people`}>
              {money(earned, currency)}
            </Fact>
            <Fact name="When all is done" href={at("desk")}>
              {projected === null ? "–" : money(projected, currency)}
            </Fact>
            <Fact name="For an active hour" href={`${at("dashboard")}#people`}>
              {hourly === null ? "–" : money(hourly, currency)}
            </Fact>
          </>
        )}
        <Fact name="Active time so far" href={all}>
          {timed > 0 ? duration(active_seconds) : "not told"}
        </Fact>
        <Fact name="For an annotation" href={all}>
          {seconds_each === null ? "–" : duration(seconds_each)}
        </Fact>
        <Fact name="Time when all is done" href={all}>
          {seconds_projected === null ? "–" : duration(seconds_projected)}
        </Fact>
      </dl>
      <p className="hint">Time is that of the {count(timed)} annotations that tell it.</p>
    </Panel>
  );
}

function Fact({ name, href, children }: { name: string; href: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Link href={href}>{children}</Link>
      </dd>
    </div>
  );
}
