/** What still has to be said before the work can be submitted, and where. */
import { itemById, type Judgement, type Work } from "./annotation";

export type Need = "antecedent" | "evidence" | null;
export type Rule = "say_something" | "correct" | "antecedent" | "evidence" | "missing_type" | "rank";

/** `id`: the mark or missing information that it is about, if one. */
export type Requirement = { rule: Rule; response: number | null; id: number | null };

/** What the project asks for: per error type, and whether marks need a correction. */
export type Rules = { needs: (type: string) => Need; corrections: boolean };

/** Unmet requirements in the order of the page. */
export function unmet(work: Work, rules: Rules): Requirement[] {
  const judged = Object.entries(work.judgements).flatMap(([index, judgement]) => unmetOf(judgement, Number(index), rules));
  const several = work.order.flat().length > 1;
  return several && !work.ranked ? [...judged, { rule: "rank", response: null, id: null }] : judged;
}

function unmetOf(judgement: Judgement, response: number, { needs, corrections }: Rules): Requirement[] {
  const { marks, missing, corrected, clean } = judgement;
  if (clean) return [];
  if (marks.length + missing.length === 0) return [{ rule: "say_something", response, id: null }];
  const found: Requirement[] = [];
  for (const mark of marks) {
    const need = needs(mark.type);
    if (need === "antecedent" && !mark.antecedent) found.push({ rule: "antecedent", response, id: mark.id });
    if (need === "evidence" && mark.evidence.length === 0) found.push({ rule: "evidence", response, id: mark.id });
  }
  for (const item of missing) {
    if (item.type === null) found.push({ rule: "missing_type", response, id: item.id });
    if (item.evidence.length === 0) found.push({ rule: "evidence", response, id: item.id });
  }
  if (corrections && corrected === null) found.push({ rule: "correct", response, id: null });
  return found;
}

/** What the mark or missing information asks to be picked next, if anything. */
export function nextPick(judgement: Judgement, id: number, needs: (type: string) => Need): Need {
  const item = itemById(judgement, id);
  if (!item) return null;
  const need = "start" in item ? needs(item.type) : "evidence";
  if (need === "antecedent" && "antecedent" in item && item.antecedent) return null;
  return need === "evidence" && item.evidence.length > 0 ? null : need;
}
