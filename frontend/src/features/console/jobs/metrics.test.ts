import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JobDetail, Metric } from "../../../api/console";
import { againstKl, groupMetrics, joinSteps, metricNames, notFinite, positions, seriesLabels, sinceStep, smooth, tellsTime } from "./metrics";

const metric = (step: number, values: Metric["values"]): Metric => ({ step, phase: "ppo", values });
const job = (metrics: Metric[], epoch = 1) => ({ id: "j", epoch, metrics }) as unknown as JobDetail;

describe("groups", () => {
  it("puts PPO's metrics into the plots that are read first, rewards with the total ahead", () => {
    const names = [
      "kl",
      "reward/relevance",
      "entropy",
      "reward/total",
      "reward/factuality",
      "value_loss",
      "policy_loss",
      "response_tokens",
      "seconds/rollout",
      "time",
    ];
    expect(groupMetrics(names).map(({ title, names }) => [title, ...names])).toEqual([
      ["Reward", "reward/total", "reward/factuality", "reward/relevance"],
      ["KL to the reference", "kl"],
      ["Entropy", "entropy"],
      ["Loss", "policy_loss", "value_loss"],
      ["Length", "response_tokens"],
      ["Time", "seconds/rollout"],
    ]);
  });

  it("gives what it does not know a plot with its like, and loses nothing", () => {
    expect(
      groupMetrics(["novel/a", "novel/b", "dev/loss", "loss/segments", "loss", "count/preference"]).map(({ title, names }) => [title, names]),
    ).toEqual([
      ["Loss", ["dev/loss", "loss", "loss/segments"]],
      ["novel", ["novel/a", "novel/b"]],
    ]);
  });

  it("names series without the prefix that all share, and fully where they do not", () => {
    expect(seriesLabels(["reward/total", "reward/relevance"])).toEqual(["total", "relevance"]);
    expect(seriesLabels(["accuracy/relevance", "f1/relevance"])).toEqual(["accuracy/relevance", "f1/relevance"]);
    expect(seriesLabels(["reward/total"])).toEqual(["reward/total"]);
    expect(seriesLabels(["policy_loss", "value_loss"])).toEqual(["policy_loss", "value_loss"]);
  });
});

describe("smoothing", () => {
  const values = fc.array(fc.oneof(fc.constant(null), fc.double({ min: -1e6, max: 1e6, noNaN: true })), { maxLength: 50 });

  it("leaves the values alone at weight 0, keeps gaps, and stays within what it averages", () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 0.99, noNaN: true }), (raw, weight) => {
        const same = (value: number | null) => (value === 0 ? 0 : value); // -0 is 0
        expect(smooth(raw, 0).map(same)).toEqual(raw.map(same));
        const known = raw.filter((value) => value !== null);
        smooth(raw, weight).forEach((value, i) => {
          expect(value === null).toBe(raw[i] === null);
          if (value !== null) {
            expect(value).toBeGreaterThanOrEqual(Math.min(...known) - 1e-6);
            expect(value).toBeLessThanOrEqual(Math.max(...known) + 1e-6);
          }
        });
      }),
    );
  });

  it("is not drawn to zero at the start", () => {
    expect(smooth([4, 4, null, 4], 0.9)).toEqual([4, 4, null, 4].map((value) => (value === null ? null : expect.closeTo(value, 9))));
  });
});

describe("polling", () => {
  it("asks after the last step it knows, and joins what comes by step", () => {
    const before = job([metric(1, { kl: 1 }), metric(2, { kl: 2 })]);
    expect([sinceStep(undefined), sinceStep(before)]).toEqual([0, 2]);
    expect(joinSteps(before, job([metric(3, { kl: 3 })])).metrics.map(({ step }) => step)).toEqual([1, 2, 3]);
  });

  it("writes over steps that another attempt repeats", () => {
    const joined = joinSteps(job([metric(1, { kl: 1 }), metric(2, { kl: 2 })]), job([metric(2, { kl: 9 }), metric(3, { kl: 3 })], 2));
    expect(joined.metrics.map(({ values }) => values["kl"])).toEqual([1, 9, 3]);
    expect(joined.epoch).toBe(2);
  });
});

it("knows every metric that was ever a number, and where one ceased to be", () => {
  const metrics = [metric(1, { kl: 1, "dev/loss": null }), metric(2, { kl: null, loss: 1 }), metric(3, { kl: null, "dev/loss": null })];
  expect(metricNames(metrics)).toEqual(["kl", "loss"]);
  expect(notFinite(metrics)).toEqual([{ name: "kl", step: 2 }]);
});

it("counts time from the first step, and only where every step tells it", () => {
  const timed = [metric(10, { time: 1000 }), metric(20, { time: 1004.5 })];
  expect(positions(timed, "time")).toEqual([0, 4.5]);
  expect(positions(timed, "step")).toEqual([10, 20]);
  expect([tellsTime(timed), tellsTime([...timed, metric(30, {})]), tellsTime([])]).toEqual([true, false, false]);
});

describe("the reward against the distance from the reference", () => {
  const steps = [
    metric(1, { kl: 0, "reward/total": 0.1, "judge/total": 0.2 }),
    metric(2, { kl: 4, "reward/total": 0.5, "judge/total": 0.1 }),
    metric(3, { kl: 1, "reward/total": 0.3, "judge/total": 0.4 }),
  ];

  it("stands nearest first, at √KL, with the judge's", () => {
    expect(againstKl([...steps, metric(4, { kl: 9, "reward/total": 1 })], 0)).toEqual({
      x: [0, 1, 2],
      series: [
        { name: "reward", values: [0.1, 0.3, 0.5] },
        { name: "judge", values: [0.2, 0.4, 0.1] },
      ],
    });
  });

  it("is smoothed in the order of the steps, and takes a KL estimated below 0 for 0", () => {
    const smoothed = againstKl([...steps.slice(0, 2), metric(3, { kl: -1e-9, "reward/total": 0.3, "judge/total": 0.4 })], 0.5)!;
    const inSteps = smooth([0.2, 0.1, 0.4], 0.5);
    expect(smoothed.x).toEqual([0, 0, 2]);
    expect(smoothed.series[1]!.values).toEqual([inSteps[0], inSteps[2], inSteps[1]]);
  });

  it("is nothing without a judge", () => {
    expect(againstKl([metric(1, { kl: 1, "reward/total": 1 })], 0)).toBeUndefined();
  });
});
