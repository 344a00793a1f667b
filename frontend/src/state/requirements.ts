/** What still has to be said before the work can be submitted, and where. */
import { itemById, type Judgement, type Work } from "./annotation";
import { openQuestions, type Question } from "./questions";
import { findComparison, pairsOf } from "./ranking";

export type Need = "antecedent" | "evidence" | null;
export type Ask = "marks" | "correction" | "comparison";
export type Rule = "say_something" | "correct" | "correct_or_clean" | "antecedent" | "evidence" | "missing_type" | "answer" | "rank" | "pairs" | "strength";

/**
 * `id`: the mark or missing information that it is about, `key` the question, if one. Without `blocks` it is a reminder,
 * and the work can be submitted all the same.
 */
export type Requirement = { rule: Rule; response: number | null; id: number | null; key: string | null; blocks: boolean };

/**
 * What the project asks for. `needs`: per error type; `linked`: whether what a type needs must be there. `corrections`:
 * whether marks need a correction.
 */
export type Rules = { asks: readonly Ask[]; needs: (type: string) => Need; linked: boolean; corrections: boolean; questions: readonly Question[] };

/** Unmet requirements in the order of the page. */
export function unmet(work: Work, rules: Rules): Requirement[] {
  const judged = Object.entries(work.judgements).flatMap(([index, judgement]) => unmetOf(judgement, Number(index), rules));
  const rule = rules.asks.includes("comparison") ? unmetComparison(work) : null;
  return rule ? [...judged, required(rule, null)] : judged;
}

function required(rule: Rule, response: number | null, about: { id?: number; key?: string } = {}): Requirement {
  return { rule, response, id: about.id ?? null, key: about.key ?? null, blocks: true };
}

function unmetOf(judgement: Judgement, response: number, rules: Rules): Requirement[] {
  const questions = openQuestions(rules.questions, judgement).map(({ key }) => required("answer", response, { key }));
  return [...(judgement.clean ? [] : unmetMarks(judgement, response, rules)), ...questions];
}

function unmetMarks({ marks, missing, corrected }: Judgement, response: number, { asks, needs, linked, corrections }: Rules): Requirement[] {
  if (!asks.includes("marks")) return asks.includes("correction") && corrected === null ? [required("correct_or_clean", response)] : [];
  if (marks.length + missing.length === 0) return [required("say_something", response)];
  const found: Requirement[] = [];
  for (const mark of marks) {
    const need = needs(mark.type);
    if ((need === "antecedent" && !mark.antecedent) || (need === "evidence" && mark.evidence.length === 0)) found.push({ ...required(need, response, mark), blocks: linked });
  }
  for (const item of missing) {
    if (item.type === null) found.push(required("missing_type", response, item));
    if (item.evidence.length === 0) found.push({ ...required("evidence", response, item), blocks: linked });
  }
  if (asks.includes("correction") && corrections && corrected === null) found.push(required("correct", response));
  return found;
}

/** Of a single pair it is asked how much better the one is; of several, only which. */
function unmetComparison({ order, ranked, pairs, comparing }: Work): Rule | null {
  const all = pairsOf(order.flat());
  if (all.length === 0) return null;
  if (comparing === "board") return ranked ? null : "rank";
  if (!all.every(([first, second]) => findComparison(pairs, first, second))) return "pairs";
  return all.length === 1 && pairs.some(({ preferred, strength }) => preferred !== "tie" && strength === null) ? "strength" : null;
}

/** What the mark or missing information asks to be picked next, if anything. */
export function nextPick(judgement: Judgement, id: number, needs: (type: string) => Need): Need {
  const item = itemById(judgement, id);
  if (!item) return null;
  const need = "start" in item ? needs(item.type) : "evidence";
  if (need === "antecedent" && "antecedent" in item && item.antecedent) return null;
  return need === "evidence" && item.evidence.length > 0 ? null : need;
}
