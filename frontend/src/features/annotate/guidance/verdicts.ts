/** What was given beside what is right: how each verdict is drawn, and the counts in a sentence. Pure. */
import type { Checked } from "../../../api/types";
import { emptyWork, type Judgement, type Mark, type Missing } from "../../../state/annotation";
import { openDesk, type Desk } from "../../../state/desk";
import { startHistory } from "../../../state/history";
import type { ShownType } from "../item";

export type Feedback = NonNullable<Checked["feedback"]>;
export type Verdict = Feedback["spans"][number]["verdict"];

const looks: Record<Verdict, Pick<ShownType, "badge" | "hue" | "line">> = {
  matched: { badge: "✓", hue: 3, line: "solid" },
  wrong_type: { badge: "≠", hue: 1, line: "wavy" },
  missed: { badge: "○", hue: 4, line: "dashed" },
  extra: { badge: "✕", hue: 5, line: "dotted" },
};

const nothing: Omit<ShownType, "badge" | "hue" | "line"> = {
  key: "",
  name: "",
  hotkey: "",
  definition: "",
  example_fits: "",
  example_not: "",
  target: "response",
  needs: null,
  reads_passages: false,
  mended_by_deletion: false,
};

/** A verdict as if it were an error type, so that the desk's own parts draw it. */
export function lookOf(verdict: string | null): ShownType | undefined {
  const look = looks[verdict as Verdict];
  return look && { ...nothing, key: verdict!, ...look };
}

/** Of all errors how many were found, be it with another type, and how many marks are no errors. */
export function tally({ spans, missing }: Feedback): { found: number; all: number; extra: number } {
  const verdicts = [...spans, ...missing].map(({ verdict }) => verdict);
  const extra = verdicts.filter((verdict) => verdict === "extra").length;
  const missed = verdicts.filter((verdict) => verdict === "missed").length;
  return { found: verdicts.length - extra - missed, all: verdicts.length - extra, extra };
}

/** Marks with the verdict for a type. Their ids count over spans, then missing information, from 1. */
export function marksOf({ spans }: Feedback, response: number): Mark[] {
  const marks = spans.map(({ start, end, verdict }, i): Mark => ({ id: i + 1, start, end, type: verdict, antecedent: null, evidence: [] }));
  return marks.filter((_, i) => spans[i]!.response === response);
}

/** A desk on which nothing can be done, for the passages with what is missing in them. */
export function deskOf({ spans, missing }: Feedback, judged: readonly number[]): Desk {
  const [first] = judged;
  const start = emptyWork(judged, judged);
  const items = missing.map(({ verdict, evidence, gold_evidence }, i): Missing => ({ id: spans.length + i + 1, type: verdict, evidence: gold_evidence ?? evidence }));
  const judgement: Judgement = { ...start.judgements[first!]!, missing: items };
  return openDesk(startHistory({ ...start, judgements: { ...start.judgements, [first!]: judgement } }), first!);
}
