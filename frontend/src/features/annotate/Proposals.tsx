/** What edits say about marks and marks about edits, as questions; answering is up to the annotator, and logged. */
import { useEffect, useEffectEvent, useMemo, useState, type RefObject } from "react";
import { judgementOf, type Desk, type DeskAction } from "../../state/desk";
import { hasEntry, mendedBy, proposals, type Proposal } from "../../state/proposals";
import { t } from "../../text/strings";
import { Badge } from "./Badge";
import type { Item } from "./item";
import { say } from "./say";

/** Nothing is proposed while somebody types: half a word would imply half a span. */
const PAUSE_MS = 700;

function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

type Props = { item: Item; desk: Desk; dispatch: (action: DeskAction) => void; field: RefObject<HTMLTextAreaElement | null> };

export function Proposals({ item, desk, dispatch, field }: Props) {
  const { response, history } = desk;
  const { propose_spans, propose_edits } = item.assignment.desk;
  const text = item.context.texts[response]!;
  const judgement = judgementOf(desk);
  const settled = useSettled(judgement);
  const { log } = history;
  const open = useMemo(() => {
    const asked = { spans: propose_spans, edits: propose_edits, deletable: (type: string) => item.typeOf(type)?.mended_by_deletion ?? false };
    return settled === judgement ? proposals(text, judgement, asked, log, response) : [];
  }, [settled, judgement, text, item, log, response, propose_spans, propose_edits]);

  const note = (how: "proposed" | "accepted" | "dismissed", { what, span }: Proposal) => dispatch({ do: how, what, response, ...span });
  const words = ({ span }: Proposal) => text.codePoints.slice(span.start, span.end);
  const show = useEffectEvent(() => {
    const fresh = open.filter((proposal) => !hasEntry(log, "proposed", proposal, response));
    for (const proposal of fresh) note("proposed", proposal);
    if (fresh.length > 0) say(fresh.map((proposal) => t.proposals[proposal.what](words(proposal))).join(" "));
  });
  useEffect(() => show(), [open]);

  /** The card goes, so the focus goes back to the text that it was about. */
  const answer = (how: "accepted" | "dismissed", proposal: Proposal, ...actions: DeskAction[]) => {
    note(how, proposal);
    for (const action of actions) dispatch(action);
    field.current?.focus();
  };
  const types = item.types.filter(({ target }) => target === "response");
  if (open.length === 0) return null;
  return (
    <ul className="proposals" aria-label={t.proposals.title}>
      {open.map((proposal) => (
        <li key={`${proposal.what}.${proposal.span.start}.${proposal.span.end}`}>
          <p dir="auto">{t.proposals[proposal.what](words(proposal))}</p>
          <div className="field" role="group" aria-label={t.proposals[proposal.what](words(proposal))}>
            {proposal.what === "edit" ? (
              <button type="button" className="quiet" onClick={() => answer("accepted", proposal, { do: "correct", response, text: mendedBy(text, judgement.corrected, proposal.span) })}>
                {t.proposals.remove}
              </button>
            ) : (
              types.map(({ key, name, hue }) => (
                <button
                  key={key}
                  type="button"
                  className="type"
                  data-hue={hue}
                  onClick={() => answer("accepted", proposal, { do: "press", at: proposal.span, extend: false, whole: true }, { do: "type", type: key })}
                >
                  <Badge type={item.typeOf(key)} />
                  {name}
                </button>
              ))
            )}
            <button type="button" className="quiet" onClick={() => answer("dismissed", proposal)}>
              {t.proposals.no}
            </button>
          </div>
        </li>
      ))}
    </ul>
  );
}
