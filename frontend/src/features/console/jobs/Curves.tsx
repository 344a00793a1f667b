import { SegmentedControl, Slider } from "@mantine/core";
import { useId, useMemo, useState } from "react";
import type { Metric } from "../../../api/console";
import { duration, number, tick } from "../format";
import { Plot, type PlotData } from "../Plot";
import { againstKl, groupMetrics, metricNames, notFinite, positions, seriesLabels, smooth, tellsTime, type Group } from "./metrics";

/** One plot per group of metrics. Their cursors move together; smoothing keeps the raw values as a ghost. */
export default function Curves({ metrics }: { metrics: Metric[] }) {
  const [weight, setWeight] = useState(0);
  const [axis, setAxis] = useState<"step" | "time">("step");
  const groups = useMemo(() => groupMetrics(metricNames(metrics)), [metrics]);
  const x = useMemo(() => positions(metrics, axis), [metrics, axis]);
  const diverged = notFinite(metrics);
  const smoothing = useId();
  return (
    <>
      <div className="controls">
        <div className="smoothing">
          <span id={smoothing}>
            Smoothing <output>{weight.toFixed(2)}</output>
          </span>
          <Slider
            aria-labelledby={smoothing}
            thumbLabel="Smoothing"
            min={0}
            max={0.99}
            step={0.01}
            value={weight}
            onChange={setWeight}
            label={null}
          />
        </div>
        {tellsTime(metrics) && (
          <SegmentedControl
            size="xs"
            aria-label="Across"
            value={axis}
            onChange={(value) => setAxis(value as typeof axis)}
            data={[
              { value: "step", label: "by step" },
              { value: "time", label: "by time" },
            ]}
          />
        )}
      </div>
      {diverged.length > 0 && (
        <p className="notice bad">
          <strong>Not a finite number:</strong> {diverged.map(({ name, step }) => `${name} (first at step ${step})`).join(", ")}. Training has
          diverged; a lower learning rate may help.
        </p>
      )}
      <div className="plots">
        {groups.map((group) => (
          <GroupPlot key={group.title} group={group} metrics={metrics} x={x} weight={weight} axis={axis} />
        ))}
        <AgainstKlPlot metrics={metrics} weight={weight} />
      </div>
    </>
  );
}

const COLOURS = ["--hue-2", "--hue-4", "--hue-3", "--hue-5", "--hue-1", "--hue-6", "--hue-7", "--hue-8"];

function GroupPlot({ group, metrics, x, weight, axis }: { group: Group; metrics: Metric[]; x: number[]; weight: number; axis: "step" | "time" }) {
  const data = useMemo((): PlotData => {
    const labels = seriesLabels(group.names);
    const series = group.names.flatMap((name, i) => {
      const values = metrics.map((metric) => metric.values[name] ?? null);
      const colour = COLOURS[i % COLOURS.length]!;
      const shown = { name: labels[i]!, values: smooth(values, weight), colour };
      return weight > 0 ? [{ ...shown, values, ghost: true }, shown] : [shown];
    });
    return { x, series };
  }, [group, metrics, x, weight]);
  return (
    <section className="plot-card" aria-label={group.title}>
      <h3>
        {group.title} {group.unit && <span className="soft">{group.unit}</span>}
      </h3>
      <Plot
        data={data}
        format={number}
        x={(value) => (axis === "time" ? duration(value) : Number.isInteger(value) ? String(value) : "")}
        cursor="job"
        clock={axis === "time"}
        label={group.title}
      />
    </section>
  );
}

/** Of a job with a judge: where its curve leaves the reward's, the policy begins to be over-optimised. */
function AgainstKlPlot({ metrics, weight }: { metrics: Metric[]; weight: number }) {
  const data = useMemo((): PlotData | undefined => {
    const found = againstKl(metrics, weight);
    return found && { x: found.x, series: found.series.map((series, i) => ({ ...series, colour: COLOURS[i]! })) };
  }, [metrics, weight]);
  if (!data) return null;
  const title = "Reward and judge by distance";
  return (
    <section className="plot-card" aria-label={title}>
      <h3>
        {title} <span className="soft">across: √KL to the reference</span>
      </h3>
      <Plot data={data} format={number} x={tick} label={title} />
    </section>
  );
}
