/** The response to correct by hand, with what was changed below it. */
import { useDeferredValue, type RefObject } from "react";
import { judgementOf, type Desk, type DeskAction } from "../../state/desk";
import { lineEnds, wordDiff } from "../../text/diff";
import { codePoints } from "../../text/offsets";
import { t } from "../../text/strings";
import type { Item } from "./item";
import { Proposals } from "./Proposals";

type Props = { item: Item; desk: Desk; dispatch: (action: DeskAction) => void; ref: RefObject<HTMLTextAreaElement | null> };

export function Correction({ item, desk, dispatch, ref }: Props) {
  const { marks, missing, corrected } = judgementOf(desk);
  const response = item.context.texts[desk.response]!.codePoints.text;
  const { require_corrections, desk: settings } = item.assignment;
  const marked = marks.length + missing.length > 0 && settings.asks.includes("marks");
  const asked = require_corrections && marked && corrected === null;
  const change = (text: string | null) => dispatch({ do: "correct", response: desk.response, text });
  const deferred = useDeferredValue(corrected);
  return (
    <section className="correction" aria-labelledby="correction-title">
      <h2 id="correction-title">{t.correction.title}</h2>
      <label htmlFor="correction-field" className="soft">
        {t.correction.label}
      </label>
      <textarea
        ref={ref}
        id="correction-field"
        dir="auto"
        aria-describedby={asked ? "correction-asked" : undefined}
        value={corrected ?? response}
        onChange={(event) => change(event.target.value === lineEnds(response) ? null : event.target.value)}
        onPaste={(event) => dispatch({ do: "pasted", characters: codePoints(event.clipboardData.getData("text")).length })}
      />
      {asked && (
        <p id="correction-asked" className="lacks">
          {t.correction.asked}
        </p>
      )}
      {settings.asks.includes("marks") && <Proposals key={desk.response} item={item} desk={desk} dispatch={dispatch} field={ref} />}
      <div className="changes">
        <h3>{t.correction.changes}</h3>
        {corrected !== null && (
          <button type="button" className="quiet" onClick={() => change(null)}>
            {t.correction.reset}
          </button>
        )}
        {deferred === null ? <p className="soft">{t.correction.unchanged}</p> : <Changes before={lineEnds(response)} after={deferred} />}
      </div>
    </section>
  );
}

function Changes({ before, after }: { before: string; after: string }) {
  return (
    <p className="diff" dir="auto">
      {wordDiff(before, after).map(({ kind, text }, i) => {
        if (kind === "added") return <ins key={i}>{text}</ins>;
        return kind === "removed" ? <del key={i}>{text}</del> : <span key={i}>{text}</span>;
      })}
    </p>
  );
}
