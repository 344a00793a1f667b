/** Work as the server takes it. */
import type { SpanInput, Submission } from "../../api/types";
import type { Judgement, Mark, Work } from "../../state/annotation";
import { needsOf } from "../../state/desk";
import type { History } from "../../state/history";
import { givenAnswers } from "../../state/questions";
import { comparisons, findComparison, pairsOf, type Comparison } from "../../state/ranking";
import type { Span } from "../../text/spans";
import type { Item } from "./item";

/** The most entries of a log that the server takes. */
const LOG_LIMIT = 20_000;

export function submissionOf(item: Item, work: Work, client_id: string, active_seconds: number, log: History["log"] = []): Submission {
  return {
    client_id,
    active_seconds,
    judgements: item.responses.filter(({ judged }) => judged).map(({ index, sha256 }) => judgementOf(item, index, sha256, work.judgements[index]!)),
    comparisons: comparisonsOf(item, work),
    log: log.slice(-LOG_LIMIT),
  };
}

/** By the way of comparing that counts, in the order in which the responses were shown. */
function comparisonsOf({ assignment, responses }: Item, { comparing, order, pairs }: Work): Comparison[] {
  if (!assignment.desk.asks.includes("comparison")) return [];
  const shown = responses.map(({ index }) => index);
  if (comparing === "board") return comparisons(order, shown);
  return pairsOf(shown).flatMap(([first, second]) => findComparison(pairs, first, second) ?? []);
}

function judgementOf(item: Item, response: number, text_sha256: string, judgement: Judgement): Submission["judgements"][number] {
  return {
    response,
    text_sha256,
    spans: judgement.marks.map((mark) => spanOf(item, response, mark)),
    missing: judgement.missing.map(({ type, evidence }) => ({ type: type!, evidence, note: "" })),
    corrected_text: judgement.corrected,
    answers: givenAnswers(item.assignment.desk.questions, judgement),
  };
}

/** Only what the type needs goes out: a mark whose type was changed may still remember more. */
function spanOf({ context }: Item, response: number, { start, end, type, antecedent, evidence }: Mark): SpanInput {
  const { slice } = context.texts[response]!.codePoints;
  const quoted = (span: Span) => ({ start: span.start, end: span.end, quote: slice(span.start, span.end) });
  const need = needsOf(context)(type);
  return {
    ...quoted({ start, end }),
    type,
    antecedent: need === "antecedent" && antecedent ? quoted(antecedent) : null,
    evidence: need === "evidence" ? evidence : [],
    explanation: "",
  };
}
