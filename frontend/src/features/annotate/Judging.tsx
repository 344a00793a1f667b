/** The column in which one response is judged: its text, marks, correction, and its place among the others. */
import { judgementOf } from "../../state/desk";
import { selected } from "../../state/selection";
import { t } from "../../text/strings";
import { Cards } from "./Cards";
import { Correction } from "./Correction";
import type { Item } from "./item";
import { Ranking } from "./Ranking";
import { ResponseView } from "./ResponseView";
import { TypeBar } from "./TypeBar";
import type { DeskHandle } from "./useDesk";

export function Judging({ item, handle }: { item: Item; handle: DeskHandle }) {
  const { desk, dispatch, textRef, correctionRef } = handle;
  const judgement = judgementOf(desk);
  const response = item.responses.find(({ index }) => index === desk.response)!;
  const name = item.responses.length > 1 ? t.responseNamed(response.letter) : t.response;
  return (
    <div className="work">
      <ResponseTabs item={item} handle={handle} />
      <section className="response" aria-labelledby="response-title">
        <h2 id="response-title">{name}</h2>
        <p id="text-help" className="sr">
          {t.text.help}
        </p>
        <TypeBar item={item} desk={desk} dispatch={dispatch} />
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
      </section>
      <Cards item={item} desk={desk} dispatch={dispatch} />
      <label className="clean choice">
        <input type="checkbox" checked={judgement.clean} onChange={(event) => dispatch({ do: "clean", response: desk.response, clean: event.target.checked })} />
        {t.tools.clean} <kbd aria-hidden="true">N</kbd>
      </label>
      <Correction
        ref={correctionRef}
        response={response.text}
        corrected={judgement.corrected}
        onChange={(text) => dispatch({ do: "correct", response: desk.response, text })}
      />
      {item.responses.length > 1 && <Ranking item={item} work={desk.history.work} dispatch={dispatch} />}
    </div>
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
