/** Work as the server takes it. */
import type { SpanInput, Submission } from "../../api/types";
import type { Judgement, Mark, Work } from "../../state/annotation";
import { needsOf } from "../../state/desk";
import { comparisons } from "../../state/ranking";
import type { Span } from "../../text/spans";
import type { Item } from "./item";

export function submissionOf(item: Item, work: Work, client_id: string, active_seconds: number): Submission {
  const shown = item.responses.map(({ index }) => index);
  return {
    client_id,
    active_seconds,
    judgements: item.responses.filter(({ judged }) => judged).map(({ index, sha256 }) => judgementOf(item, index, sha256, work.judgements[index]!)),
    comparisons: shown.length > 1 ? comparisons(work.order, shown) : [],
  };
}

function judgementOf(item: Item, response: number, text_sha256: string, judgement: Judgement): Submission["judgements"][number] {
  return {
    response,
    text_sha256,
    spans: judgement.marks.map((mark) => spanOf(item, response, mark)),
    missing: judgement.missing.map(({ type, evidence }) => ({ type: type!, evidence, note: "" })),
    corrected_text: judgement.corrected,
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
