/** Curves of a job: which metrics share a plot, how they are smoothed, and how newly fetched steps join the known ones. */
import type { JobDetail, Metric } from "../../../api/console";

export type Group = { title: string; unit: string; names: string[] };

const GROUPS: { title: string; unit: string; takes: RegExp }[] = [
  { title: "Reward", unit: "mean per response", takes: /^reward\// },
  { title: "Judge", unit: "mean per response, never paid", takes: /^judge\// },
  { title: "KL to the reference", unit: "nats per response", takes: /^kl$/ },
  { title: "Entropy", unit: "nats per token", takes: /^entropy$/ },
  { title: "Loss", unit: "", takes: /(^|\/|_)loss($|\/)/ },
  { title: "Accuracy and F1, held out", unit: "share", takes: /^(accuracy|f1|majority)\// },
  { title: "Length", unit: "per response", takes: /^(response_tokens|segments_per_response)$/ },
  { title: "Change per update", unit: "", takes: /^(approx_kl|clip_fraction)$/ },
  { title: "Value fit", unit: "share of variance", takes: /^explained_variance$/ },
  { title: "Cut off at the length limit", unit: "share of responses", takes: /^truncated$/ },
  { title: "Learning rate", unit: "", takes: /^learning_rate$/ },
  { title: "Time", unit: "seconds per step", takes: /^seconds\// },
];

/** The clock of a step is an axis, and what was counted to measure something stays as it is: neither is a curve. */
const CLOCK = "time";
const NO_CURVE = /^(time|count\/.*)$/;

/** Metrics by plot, in the order in which they are read; a metric that no rule knows gets a plot with its like. */
export function groupMetrics(names: Iterable<string>): Group[] {
  const groups = new Map<string, Group>();
  for (const { title, unit } of GROUPS) groups.set(title, { title, unit, names: [] });
  for (const name of names) {
    if (NO_CURVE.test(name)) continue;
    const rule = GROUPS.find(({ takes }) => takes.test(name));
    const title = rule?.title ?? name.split("/")[0]!;
    const group = groups.get(title) ?? { title, unit: "", names: [] };
    group.names.push(name);
    groups.set(title, group);
  }
  const total = (name: string) => (name.endsWith("/total") ? 0 : 1);
  return [...groups.values()]
    .filter(({ names }) => names.length > 0)
    .map((group) => ({ ...group, names: group.names.sort((a, b) => total(a) - total(b) || a.localeCompare(b)) }));
}

/** Names within a plot: without the prefix, where all of several share it. */
export function seriesLabels(names: string[]): string[] {
  const prefix = names[0]!.slice(0, names[0]!.indexOf("/") + 1);
  return names.length > 1 && names.every((name) => name.startsWith(prefix)) ? names.map((name) => name.slice(prefix.length)) : names;
}

/** Every metric that was a number at some step; one that never was had nothing to measure. */
export const metricNames = (metrics: Metric[]): string[] => [
  ...new Set(metrics.flatMap(({ values }) => Object.keys(values).filter((name) => values[name] !== null))),
];

/** Exponential moving average, corrected for its start; weight 0 leaves the values as they are. Gaps stay gaps. */
export function smooth(values: (number | null)[], weight: number): (number | null)[] {
  let average = 0;
  let trust = 0;
  return values.map((value) => {
    if (value === null) return null;
    average = weight * average + (1 - weight) * value;
    trust = weight * trust + (1 - weight);
    return average / trust;
  });
}

/** The job as just fetched, with all steps known so far: a step told again is written over. */
export function joinSteps(before: JobDetail | undefined, fresh: JobDetail): JobDetail {
  if (!before) return fresh;
  const steps = new Map([...before.metrics, ...fresh.metrics].map((metric) => [metric.step, metric]));
  return { ...fresh, metrics: [...steps.values()].sort((a, b) => a.step - b.step) };
}

/** The step to ask from: the last one known. */
export const sinceStep = (before: JobDetail | undefined): number => before?.metrics.at(-1)?.step ?? 0;

/** Metrics that were numbers and then, at `step`, for the first time were not finite. */
export function notFinite(metrics: Metric[]): { name: string; step: number }[] {
  const seen = new Set<string>();
  const first = new Map<string, number>();
  for (const { step, values } of metrics) {
    for (const [name, value] of Object.entries(values)) {
      if (value !== null) seen.add(name);
      else if (seen.has(name) && !first.has(name)) first.set(name, step);
    }
  }
  return [...first].map(([name, step]) => ({ name, step }));
}

/** Positions on the x axis: steps, or seconds since the first step where the steps tell their time. */
export function positions(metrics: Metric[], axis: "step" | "time"): number[] {
  const start = metrics[0]?.values[CLOCK] ?? 0;
  return metrics.map(({ step, values }) => (axis === "time" ? (values[CLOCK] ?? start) - start : step));
}

export const tellsTime = (metrics: Metric[]): boolean => metrics.length > 0 && metrics.every(({ values }) => typeof values[CLOCK] === "number");

export type AgainstKl = { x: number[]; series: { name: string; values: (number | null)[] }[] };

/** The reward and what its judge says against the distance from the reference, √KL, nearest first (Gao et al. 2023):
 * apart, they show from where on the policy is over-optimised. undefined of a job without a judge. Smoothed by step.
 */
export function againstKl(metrics: Metric[], weight: number): AgainstKl | undefined {
  const known = metrics.filter(({ values }) => typeof values["kl"] === "number" && typeof values["judge/total"] === "number");
  if (known.length === 0) return undefined;
  const distances = known.map(({ values }) => Math.sqrt(Math.max(0, values["kl"]!)));
  const order = distances.map((_, i) => i).sort((a, b) => distances[a]! - distances[b]!);
  const series = [
    { name: "reward", metric: "reward/total" },
    { name: "judge", metric: "judge/total" },
  ].map(({ name, metric }) => {
    const values = smooth(
      known.map((step) => step.values[metric] ?? null),
      weight,
    );
    return { name, values: order.map((i) => values[i]!) };
  });
  return { x: order.map((i) => distances[i]!), series };
}
