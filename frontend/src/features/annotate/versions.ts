/** What a version of the work says, line by line, so that two versions can be held side by side. */
import type { Work } from "../../state/annotation";
import { askedQuestions } from "../../state/questions";
import { t } from "../../text/strings";
import type { Span } from "../../text/spans";
import type { Item } from "./item";

/** In words, apart from the corrections, which are texts of their own. */
export function saidIn(item: Item, work: Work): string[] {
  const letter = (index: number) => item.responses.find((response) => response.index === index)?.letter ?? "";
  const several = Object.keys(work.judgements).length > 1;
  const judged = Object.entries(work.judgements).flatMap(([index, { marks, missing, clean, answers }]) => {
    const { slice } = item.context.texts[Number(index)]!.codePoints;
    const quote = ({ start, end }: Span) => `“${slice(start, end)}”`;
    const name = (type: string | null) => item.typeOf(type)?.name ?? t.cards.missing;
    const refs = (evidence: readonly { passage: number; sentence: number }[]) => evidence.map(({ passage, sentence }) => t.sentenceShort(passage, sentence)).join(", ");
    const lines = [
      ...marks.map((mark) => [`${name(mark.type)}: ${quote(mark)}`, mark.antecedent && `${t.cards.antecedent} ${quote(mark.antecedent)}`, refs(mark.evidence)].filter(Boolean).join(" · ")),
      ...missing.map(({ type, evidence }) => [name(type), refs(evidence)].filter(Boolean).join(": ")),
      ...(clean ? [t.tools.clean] : []),
      ...askedQuestions(item.assignment.desk.questions, work.judgements[Number(index)]!).flatMap(({ key, text }) => (answers[key] === undefined ? [] : [`${text} ${[answers[key]].flat().join(", ")}`])),
    ];
    return several ? lines.map((line) => `${t.responseNamed(letter(Number(index)))}: ${line}`) : lines;
  });
  const order = work.order.map((tier) => tier.map(letter).join(" = ")).join(" > ");
  return [...judged, ...(work.ranked && work.order.flat().length > 1 ? [order] : []), ...work.pairs.map(({ first, second, preferred }) => `${letter(first)} ${preferred === "tie" ? "=" : preferred === "first" ? ">" : "<"} ${letter(second)}`)];
}
