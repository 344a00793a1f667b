/** What the desk says besides its fields: the live region, and requirements in words. */
import { useState } from "react";
import { itemById, type Work } from "../../state/annotation";
import { judgementOf, type Desk } from "../../state/desk";
import type { Requirement } from "../../state/requirements";
import { selected } from "../../state/selection";
import { t } from "../../text/strings";
import { noticeOf } from "./announce";
import type { Item } from "./item";
import { markInWords } from "./numbering";
import { useSaid } from "./say";
import { unopenedWarning } from "./unopened";

/** One polite live region for what a screen reader cannot see: the selection, and what an action did. */
export function Announcer({ item, desk }: { item: Item; desk: Desk }) {
  const done = announcement(item, desk);
  const said = useSaid();
  // Whichever of the two changed last is what is spoken.
  const [spoken, setSpoken] = useState({ done, said, text: done });
  if (spoken.done !== done) setSpoken({ done, said, text: done });
  else if (spoken.said !== said) setSpoken({ done, said, text: said.text });
  return (
    <p role="status" className="sr">
      {spoken.text}
    </p>
  );
}

function announcement(item: Item, desk: Desk): string {
  const { slice } = item.context.texts[desk.response]!.codePoints;
  const { notice } = desk;
  if (notice) {
    const about = itemById(judgementOf(desk), notice.id);
    const warning = about && ["marked", "changed"].includes(notice.what) ? unopenedWarning(item, desk)(about.type) : "";
    if (about && "start" in about) {
      const mark = markInWords(item, desk.response, judgementOf(desk).marks, about);
      return [notice.what === "marked" ? t.list.added(mark) : `${mark}. ${noticeOf(item, notice)}`, slice(about.start, about.end), warning].filter(Boolean).join(" ");
    }
    return [noticeOf(item, notice), item.typeOf(about?.type ?? null)?.name].filter(Boolean).join(" ");
  }
  const span = selected(desk.selection);
  return span ? t.text.selected(slice(span.start, span.end)) : "";
}

/** A requirement in words, with the mark that it is about. */
export function describe(item: Item, work: Work, { rule, response, id, key }: Requirement): string {
  if (rule === "answer") return t.submit.rules.answer(item.assignment.desk.questions.find((question) => question.key === key)!.text);
  if (rule !== "antecedent" && rule !== "evidence") return t.submit.rules[rule];
  const about = response === null ? undefined : itemById(work.judgements[response]!, id);
  return t.submit.rules[rule](item.typeOf(about?.type ?? null)?.name ?? t.cards.missing);
}
