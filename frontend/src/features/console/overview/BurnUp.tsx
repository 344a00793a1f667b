import { count } from "../format";
import { Plot } from "../Plot";

const DAY = 86_400_000;
const days = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** All annotations so far, day by day; it begins at zero on the day before the first. */
export default function BurnUp({ days: counts }: { days: { date: string; count: number }[] }) {
  const dates = counts.map(({ date }) => Date.parse(date) / DAY);
  const totals = counts.map((_, i) => counts.slice(0, i + 1).reduce((sum, { count }) => sum + count, 0));
  const data = {
    x: [dates[0]! - 1, ...dates],
    series: [{ name: "annotations in all", values: [0, ...totals], colour: "--hue-2", fill: true }],
  };
  return (
    <>
      <Plot data={data} format={count} x={(value) => (Number.isInteger(value) ? days.format(value * DAY) : "")} label="Annotations in all, by day" />
      <table className="sr">
        <caption>Annotations by day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">New</th>
            <th scope="col">In all</th>
          </tr>
        </thead>
        <tbody>
          {counts.map(({ date, count }, i) => (
            <tr key={date}>
              <th scope="row">{date}</th>
              <td>{count}</td>
              <td>{totals[i]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
