/** What a study costs and what an hour of it is worth, before anybody has come in. */

/** What Prolific asks for and recommends, for an hour. */
const PROLIFIC: Record<string, { least: number; good: number }> = { GBP: { least: 6, good: 9 }, USD: { least: 8, good: 12 } };

const usable = (...values: number[]) => values.every((value) => Number.isFinite(value) && value > 0);

/** The reward for an hour, if it takes as long as people are told; null where that cannot be told yet. */
export const hourlyOf = (reward: number, minutes: number): number | null => (usable(reward, minutes) ? (reward / minutes) * 60 : null);

/** What all places cost together, fees left out; null where that cannot be told yet. */
export const totalOf = (reward: number, places: number): number | null => (usable(reward, places) ? Math.round(reward * places * 100) / 100 : null);

export type Verdict = { grade: "low" | "least" | "target" | "fine"; bound: number };

/** How that rate compares: under what Prolific takes at all, under what it recommends, under the study's own target. */
export function judge(hourly: number, currency: string, target: number): Verdict {
  const known = PROLIFIC[currency];
  if (known && hourly < known.least) return { grade: "low", bound: known.least };
  if (known && hourly < known.good) return { grade: "least", bound: known.good };
  if (target > 0 && hourly < target) return { grade: "target", bound: target };
  return { grade: "fine", bound: target };
}
