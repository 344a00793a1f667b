/** uPlot in the colours of the page. Loaded with the first page that draws a curve. */
import { useEffect, useRef, type RefObject } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { tick } from "./format";
import { useDark } from "./useDark";

export type PlotData = { x: number[]; series: { name: string; values: (number | null)[]; colour: string; ghost?: boolean; fill?: boolean; dashed?: boolean }[] };

type Latest = { data: PlotData; format: (value: number) => string; x: (value: number) => string };

const HEIGHT = 190;
// Seconds at which a clock has round numbers.
const CLOCK = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800];

/** Colours are names of CSS variables, resolved anew when the theme changes. `cursor` names plots whose cursors move together; `clock`: x is in seconds. */
export function Plot({
  data,
  format,
  x,
  cursor,
  label,
  clock = false,
}: {
  data: PlotData;
  format: (value: number) => string;
  x: (value: number) => string;
  cursor?: string;
  label: string;
  clock?: boolean;
}) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const dark = useDark();
  const names = data.series.map(({ name, ghost }) => `${name}${ghost ? "*" : ""}`).join("|");
  const latest = useRef<Latest>({ data, format, x });
  useEffect(() => {
    latest.current = { data, format, x };
  });

  useEffect(() => {
    const options = optionsOf(box.current!, latest, cursor, clock);
    const made = new uPlot(options, aligned(latest.current.data), box.current!);
    plot.current = made;
    const observer = new ResizeObserver(([entry]) => made.setSize({ width: Math.floor(entry!.contentRect.width), height: HEIGHT }));
    observer.observe(box.current!);
    return () => {
      observer.disconnect();
      made.destroy();
    };
  }, [names, dark, cursor, clock]);

  useEffect(() => plot.current?.setData(aligned(data)), [data]);

  return (
    <figure className="plot" aria-label={label}>
      <div ref={box} className="plot-box" aria-hidden="true" />
      <figcaption className="legend" aria-hidden="true">
        {data.series
          .filter(({ ghost }) => !ghost)
          .map(({ name, colour, values }) => (
            <span key={name}>
              <i style={{ background: `var(${colour})` }} />
              {name} <b data-series={name}>{last(values, format)}</b>
            </span>
          ))}
      </figcaption>
    </figure>
  );
}

/** What uPlot is told, but for the numbers: those may change while it stands, and are read from `latest`. */
function optionsOf(box: HTMLElement, latest: RefObject<Latest>, cursor: string | undefined, clock: boolean): uPlot.Options {
  const few = (series: number) => latest.current.data.series[series]!.values.filter((value) => value !== null).length < 3;
  const colour = (name: string) => getComputedStyle(box).getPropertyValue(name).trim();
  const resolved = (name: string) => resolve(box, name);
  const axis = {
    stroke: resolved("--ink-soft"),
    grid: { stroke: resolved("--rule"), width: 1 },
    ticks: { stroke: resolved("--rule"), width: 1 },
    font: `12px ${colour("--font") || "sans-serif"}`,
  };
  return {
    width: box.clientWidth,
    height: HEIGHT,
    scales: { x: { time: false } },
    legend: { show: false },
    cursor: { points: { size: 6 }, y: false, ...(cursor ? { sync: { key: cursor } } : {}) },
    axes: [
      { ...axis, values: (_, ticks) => ticks.map((value) => latest.current.x(value)), space: 60, ...(clock ? { incrs: CLOCK } : {}) },
      { ...axis, values: (_, ticks) => ticks.map(tick), size: 58 },
    ],
    series: [
      {},
      ...latest.current.data.series.map(({ colour: name, ghost, fill, dashed }): uPlot.Series => ({
        stroke: resolved(name) + (ghost ? "55" : ""),
        width: ghost ? 1 : 2,
        spanGaps: true,
        points: { show: (_, series) => !ghost && few(series - 1) }, // one value alone makes no line
        ...(dashed ? { dash: [6, 4] } : {}),
        ...(fill ? { fill: `${resolved(name)}22` } : {}),
      })),
    ],
    hooks: { setCursor: [(self) => showValues(box, self, latest.current)] },
  };
}

const aligned = ({ x, series }: PlotData) => [x, ...series.map(({ values }) => values)] as uPlot.AlignedData;

const last = (values: (number | null)[], format: (value: number) => string) => {
  const value = values.findLast((one) => one !== null);
  return value === null || value === undefined ? "–" : format(value);
};

/** What stands under the cursor goes into the legend; away from it, the last values do. */
function showValues(box: HTMLElement | null, self: uPlot, { data, format }: { data: PlotData; format: (value: number) => string }) {
  const index = self.cursor.idx;
  for (const { name, values, ghost } of data.series) {
    const place = ghost ? null : box?.parentElement?.querySelector(`[data-series="${CSS.escape(name)}"]`);
    const value = index === null || index === undefined ? undefined : values[index];
    if (place) place.textContent = value === null || value === undefined ? last(values, format) : format(value);
  }
}

/** A canvas knows neither variables nor light-dark(): the browser computes the colour, a canvas tells it as #rrggbb. */
function resolve(box: HTMLElement, name: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${name})`;
  box.append(probe);
  const [r, g, b] = getComputedStyle(probe)
    .color.match(/[\d.]+/g)!
    .map(Number);
  probe.remove();
  return `#${[r, g, b].map((part) => Math.round(part!).toString(16).padStart(2, "0")).join("")}`;
}
