import { useMemo } from "react";
import type { PersonDetail } from "../../../api/people";
import { count, duration } from "../format";
import { annotationsAt } from "../items/address";
import { Plot, type PlotData } from "../Plot";
import { useProject } from "../project";
import { Link } from "../route";
import { Scroll } from "../Scroll";

const DAY = 86_400;
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });
const seconds = (date: string) => Date.parse(date) / 1000;
const dayOf = (value: number) => days.format(value * 1000);

type Day = PersonDetail["work"][number];

const each = ({ timed, seconds: spent }: Day) => (timed > 0 ? spent / timed : null);

/** How much by day, and how long each took; the table says the same, and leads to the annotations. */
export default function WorkCurves({ work, pseudonym }: { work: Day[]; pseudonym: string }) {
  const { at } = useProject();
  const data = useMemo(() => {
    const x = work.map(({ date }) => seconds(date));
    const of = (name: string, colour: string, values: (number | null)[]): PlotData => ({ x, series: [{ name, values, colour }] });
    return { many: of("annotations a day", "--hue-2", work.map(({ annotations }) => annotations)), pace: of("active time each", "--hue-4", work.map(each)) };
  }, [work]);
  const of = (date: string) => at(annotationsAt({ person: pseudonym, since: `${date}T00:00:00Z`, until: new Date((seconds(date) + DAY) * 1000).toISOString().replace(".000", "") }));
  return (
    <>
      <Plot data={data.many} format={count} x={dayOf} clock cursor="person" label="Annotations by day" />
      <Plot data={data.pace} format={duration} x={dayOf} clock cursor="person" label="Seconds of active time each, by day" />
      <details>
        <summary>The curves as a table</summary>
        <Scroll label="Work by day" className="scroll tall">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">Day (UTC)</th>
                <th scope="col" className="num">
                  Annotations
                </th>
                <th scope="col" className="num">
                  Active
                </th>
                <th scope="col" className="num">
                  Each
                </th>
              </tr>
            </thead>
            <tbody>
              {work.map((day) => (
                <tr key={day.date}>
                  <th scope="row">{dayOf(seconds(day.date))}</th>
                  <td className="num">
                    <Link href={of(day.date)}>{count(day.annotations)}</Link>
                  </td>
                  <td className="num nowrap">{duration(day.seconds)}</td>
                  <td className="num nowrap">{day.timed > 0 ? duration(each(day)!) : "–"}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </details>
    </>
  );
}
