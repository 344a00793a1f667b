import { useMemo } from "react";
import type { Dashboard } from "../../../api/console";
import { count } from "../format";
import { annotationsAt } from "../items/address";
import { Plot, type PlotData } from "../Plot";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";

const SECONDS = { hour: 3600, day: 86_400 };
const FORMS = {
  hour: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" }),
  day: new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" }),
};

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "UTC" });

const seconds = (iso: string) => Date.parse(iso) / 1000;

/** Judgements in all against what is wanted, by day or by hour; what is expected is dashed on to the end. */
export default function BurnUp({ dashboard }: { dashboard: Dashboard }) {
  const { at } = useProject();
  const { pace, progress, made_at } = dashboard;
  const data = useMemo(() => plotted(pace, progress.wanted, made_at), [pace, progress.wanted, made_at]);
  const form = FORMS[pace.unit];
  const totals = pace.points.map((_, i) => pace.points.slice(0, i + 1).reduce((sum, { judgements }) => sum + judgements, 0));
  return (
    <>
      <Plot data={data} format={count} x={(value) => (pace.unit === "hour" ? clock : form).format(value * 1000)} clock label={`Judgements in all, by ${pace.unit}`} />
      <details>
        <summary>The curve as a table</summary>
        <Scroll label="Judgements, one row a day or an hour" className="scroll tall">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">{pace.unit === "day" ? "Day (UTC)" : "Hour (UTC)"}</th>
                <th scope="col" className="num">
                  New
                </th>
                <th scope="col" className="num">
                  In all
                </th>
              </tr>
            </thead>
            <tbody>
              {pace.points.map(({ start, judgements }, i) => (
                <tr key={start}>
                  <th scope="row">{form.format(new Date(start))}</th>
                  <td className="num">
                    <Link href={at(annotationsAt({ counted: true, since: start, until: after(start, pace.unit) }))}>{count(judgements)}</Link>
                  </td>
                  <td className="num">
                    <Link href={at(annotationsAt({ counted: true, until: after(start, pace.unit) }))}>{count(totals[i]!)}</Link>
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

const after = (start: string, unit: "hour" | "day") => new Date((seconds(start) + SECONDS[unit]) * 1000).toISOString().replace(".000", "");

/** A total stands at the end of its hour or day; the curve begins at zero, where the first began. */
function plotted({ unit, points, expected_at }: Dashboard["pace"], wanted: number, madeAt: string): PlotData {
  const step = SECONDS[unit];
  const now = seconds(madeAt);
  const x = [seconds(points[0]!.start)];
  const done: (number | null)[] = [0];
  for (const { start, judgements } of points) {
    const begin = seconds(start);
    const total = done.at(-1)!;
    if (begin > x.at(-1)!) {
      x.push(begin); // it stayed as it was until then
      done.push(total);
    }
    x.push(Math.min(begin + step, Math.max(now, begin + 1)));
    done.push(total + judgements);
  }
  if (now > x.at(-1)!) {
    x.push(now);
    done.push(done.at(-1)!);
  }
  const expected: (number | null)[] = x.map(() => null);
  if (expected_at && seconds(expected_at) > x.at(-1)!) {
    expected[x.length - 1] = done.at(-1)!;
    x.push(seconds(expected_at));
    done.push(null);
    expected.push(wanted);
  }
  return {
    x,
    series: [
      { name: "judgements", values: done, colour: "--hue-2", fill: true },
      ...(expected.length > 1 && expected_at ? [{ name: "expected", values: expected, colour: "--hue-4", dashed: true }] : []),
      { name: "wanted", values: x.map(() => wanted), colour: "--hue-8", dashed: true },
    ],
  };
}
