/** Figures of agreement in words: a number with its interval, or why there is none. */
export type Figure = { value: number | null; low: number | null; high: number | null; reason: string | null };

/** Two decimals, with a true minus. */
export const share = (value: number) => value.toFixed(2).replace("-", "−");

export const interval = ({ low, high }: Figure) => (low === null || high === null ? "" : `${share(low)} to ${share(high)}`);

const REASONS: Record<string, string> = {
  no_overlap: "nobody judged what another judged",
  no_variation: "all judged all alike",
  no_marks: "nothing is marked",
  no_pairs: "nothing was compared",
};

export const whyNot = ({ reason }: Figure) => REASONS[reason ?? ""] ?? "undefined";

/** What a measure is called, and what it tells. */
export const MEASURES: Record<string, [name: string, meaning: string]> = {
  word_alpha: ["α, words", "Krippendorff's α over words: 1 is perfect, 0 is chance."],
  sentence_alpha: ["α, sentences", "Krippendorff's α over sentences of the passages: 1 is perfect, 0 is chance."],
};

/** How much of the hue stands behind a number, in percent: ink is read on it in either theme. */
export const shade = (value: number) => Math.round(55 * Math.min(1, Math.max(0, value)));
