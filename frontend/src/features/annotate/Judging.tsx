/** The column of what is asked: one response's marks, correction and questions, and its place among the others. */
import { useEffect } from "react";
import { judgementOf } from "../../state/desk";
import { selected } from "../../state/selection";
import { t } from "../../text/strings";
import { Cards } from "./Cards";
import { Compare } from "./compare/Compare";
import { Correction } from "./Correction";
import type { Item } from "./item";
import { ListView } from "./ListView";
import { useListMode } from "./listMode";
import { panelProps } from "./Panels";
import { Questions } from "./Questions";
import { ResponseView } from "./ResponseView";
import { TypeBar } from "./TypeBar";
import type { DeskHandle } from "./useDesk";
import type { Pane } from "./usePanel";

export function Judging({ item, handle, pane }: { item: Item; handle: DeskHandle; pane: Pane }) {
  const { desk, dispatch } = handle;
  const compares = item.assignment.desk.asks.includes("comparison") && item.responses.length > 1;
  return (
    <div className="work" {...panelProps("response", pane)}>
      {item.responses.some(({ judged }) => judged) && <Judged item={item} handle={handle} />}
      {compares && <Compare item={item} work={desk.history.work} dispatch={dispatch} />}
    </div>
  );
}

/** One response, with all that is asked about it. */
function Judged({ item, handle }: { item: Item; handle: DeskHandle }) {
  const { desk, dispatch, textRef, correctionRef } = handle;
  const { asks } = item.assignment.desk;
  const [marking, correcting] = [asks.includes("marks"), asks.includes("correction")];
  const judgement = judgementOf(desk);
  const response = item.responses.find(({ index }) => index === desk.response)!;
  const name = item.responses.length > 1 ? t.responseNamed(response.letter) : t.response;
  const listed = useListMode();
  useEffect(() => {
    // The key that changed the mode was pressed in what is gone now.
    if (document.activeElement === document.body) textRef.current?.focus();
  }, [listed, textRef]);
  return (
    <>
      <ResponseTabs item={item} handle={handle} />
      <section className="response" aria-labelledby="response-title">
        <h2 id="response-title">{name}</h2>
        {!marking && (
          <p className="plain-text" dir="auto">
            {response.text}
          </p>
        )}
        {marking && (
          <>
            <p id="text-help" className="sr">
              {t.text.help}
            </p>
            <TypeBar item={item} desk={desk} dispatch={dispatch} />
          </>
        )}
        {!marking ? null : listed ? (
          <ListView key={desk.response} ref={textRef} name={name} item={item} desk={desk} dispatch={dispatch} />
        ) : (
          <ResponseView
            ref={textRef}
            name={name}
            text={item.context.texts[desk.response]!}
            marks={judgement.marks}
            focused={desk.focused}
            typeOf={item.typeOf}
            selection={selected(desk.selection)}
            cursor={desk.selection.cursor}
            antecedent={judgement.marks.find(({ id }) => id === desk.focused)?.antecedent ?? null}
            dispatch={dispatch}
          />
        )}
      </section>
      {marking && <Cards item={item} desk={desk} dispatch={dispatch} />}
      {(marking || correcting) && (
        <label className="clean choice">
          <input type="checkbox" checked={judgement.clean} onChange={(event) => dispatch({ do: "clean", response: desk.response, clean: event.target.checked })} />
          {t.tools.clean} {marking && <kbd aria-hidden="true">N</kbd>}
        </label>
      )}
      {correcting && <Correction ref={correctionRef} item={item} desk={desk} dispatch={dispatch} />}
      <Questions item={item} response={desk.response} judgement={judgement} dispatch={dispatch} />
    </>
  );
}

function ResponseTabs({ item, handle: { desk, dispatch } }: { item: Item; handle: DeskHandle }) {
  const judged = item.responses.filter((response) => response.judged);
  if (judged.length < 2) return null;
  return (
    <div className="response-tabs" role="group" aria-label={t.response}>
      {judged.map(({ index, letter }) => (
        <button key={index} type="button" aria-pressed={index === desk.response} onClick={() => dispatch({ do: "show", response: index })}>
          {t.responseNamed(letter)}
        </button>
      ))}
    </div>
  );
}
