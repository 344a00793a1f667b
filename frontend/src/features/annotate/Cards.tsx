/** The marks and the missing information as cards: one is open and shows all that can be changed about it. */
import { memo } from "react";
import { itemById, type Mark, type Missing } from "../../state/annotation";
import { judgementOf, needsOf, type Desk, type DeskAction } from "../../state/desk";
import { rightToLeft } from "../../text/words";
import { t } from "../../text/strings";
import { Badge } from "./Badge";
import type { Item } from "./item";
import { useLanguage } from "./language";
import { cardId } from "./Sentence";
import { TypeKeys } from "./TypeKeys";
import { unopenedWarning } from "./unopened";

/** `picking`: whether it collects antecedent or evidence now. */
type Props = { item: Item; response: number; picking: boolean; dispatch: (action: DeskAction) => void };

export function Cards({ item, desk, dispatch }: { item: Item; desk: Desk; dispatch: (action: DeskAction) => void }) {
  const { marks, missing } = judgementOf(desk);
  const { response, focused, picking } = desk;
  const warning = unopenedWarning(item, desk);
  return (
    <section className="cards" aria-labelledby="cards-title" data-zone="cards">
      <h2 id="cards-title">{t.cards.title}</h2>
      {marks.length + missing.length === 0 && <p className="soft">{t.cards.none}</p>}
      <ul>
        {[...marks, ...missing].map((each) => (
          <Card key={each.id} each={each} open={each.id === focused} warning={warning(each.type)} picking={each.id === picking?.id} item={item} response={response} dispatch={dispatch} />
        ))}
      </ul>
      <button type="button" className="quiet" aria-keyshortcuts="M" onClick={() => dispatch({ do: "missing", response, type: null })}>
        + {t.tools.missing} <kbd aria-hidden="true">M</kbd>
      </button>
    </section>
  );
}

/** Drawn again only when something about it changes: there may be hundreds. */
const Card = memo(function Card({ each, open, warning, ...props }: Props & { each: Mark | Missing; open: boolean; warning: string }) {
  useLanguage();
  const { item, response, dispatch } = props;
  const type = item.typeOf(each.type);
  const isMark = "start" in each;
  const focus = (id: number | null) => dispatch({ do: "focus", id });
  return (
    <li id={cardId(each.id)} className="card" data-hue={type?.hue} data-open={open || undefined}>
      <button
        type="button"
        className="card-head"
        aria-expanded={open}
        onClick={() => focus(open ? null : each.id)}
        // A mouse press must not open this card early: the one above would close and move the button away.
        onFocus={(event) => event.target.matches(":focus-visible") && !open && focus(each.id)}
      >
        <Badge type={type} />
        <span className="card-type">{type?.name ?? t.cards.untyped}</span>
        {isMark && <q className="card-quote" dir="auto">{quote(item, response, each)}</q>}
        {!open && <Summary each={each} item={item} response={response} />}
      </button>
      {warning && <p className="warning">{warning}</p>}
      {open && (
        <div className="card-body">
          {isMark ? <MarkFields mark={each} {...props} /> : <MissingFields missing={each} {...props} />}
          <button type="button" className="quiet remove" onClick={() => dispatch({ do: "remove" })}>
            {t.cards.remove} <kbd aria-hidden="true">Del</kbd>
          </button>
        </div>
      )}
    </li>
  );
});

function quote(item: Item, response: number, { start, end }: { start: number; end: number }): string {
  return item.context.texts[response]!.codePoints.slice(start, end);
}

/** What a closed card says about antecedent and evidence. */
function Summary({ each, item, response }: { each: Mark | Missing; item: Item; response: number }) {
  const need = "start" in each ? needsOf(item.context)(each.type) : "evidence";
  if (need === "evidence") return <span className={each.evidence.length ? "soft" : "lacks"}>{each.evidence.map((ref) => t.sentenceShort(ref.passage, ref.sentence)).join(", ") || t.cards.noEvidence}</span>;
  if (need === "antecedent" && "antecedent" in each) {
    return each.antecedent ? <q className="soft" dir="auto">{quote(item, response, each.antecedent)}</q> : <span className="lacks">{t.cards.noAntecedent}</span>;
  }
  return null;
}

function MarkFields({ mark, ...props }: Props & { mark: Mark }) {
  const { item, response, dispatch } = props;
  const need = needsOf(item.context)(mark.type);
  return (
    <>
      <label className="field">
        <span>{t.cards.type}</span>
        <select value={mark.type} onChange={(event) => dispatch({ do: "type", type: event.target.value })}>
          {item.types
            .filter(({ target }) => target === "response")
            .map((type) => (
              <option key={type.key} value={type.key}>
                {type.name}
              </option>
            ))}
        </select>
      </label>
      <Ends rtl={rightToLeft(item.context.texts[response]!.codePoints.text)} dispatch={dispatch} />
      {need === "antecedent" && <Antecedent mark={mark} {...props} />}
      {need === "evidence" && <Evidence label={t.cards.evidence} each={mark} {...props} />}
    </>
  );
}

/** Word by word, with Alt grapheme by grapheme; the arrows point where the end goes in the text. */
function Ends({ rtl, dispatch }: { rtl: boolean; dispatch: Props["dispatch"] }) {
  const step = (edge: "start" | "end", by: -1 | 1, label: string, key: string) => (
    <button
      type="button"
      className="step"
      aria-label={label}
      aria-keyshortcuts={key}
      title={`${label} (${key})`}
      onClick={(event) => dispatch({ do: "nudge", edge, by, unit: event.altKey ? "grapheme" : "word" })}
    >
      {by < 0 !== rtl ? "◂" : "▸"}
    </button>
  );
  return (
    <div className="field ends">
      <span>{t.cards.start}</span>
      {step("start", -1, t.cards.startBack, "{")}
      {step("start", 1, t.cards.startOn, "}")}
      <span>{t.cards.end}</span>
      {step("end", -1, t.cards.endBack, "[")}
      {step("end", 1, t.cards.endOn, "]")}
    </div>
  );
}

function Antecedent({ mark, item, response, picking, dispatch }: Props & { mark: Mark }) {
  return (
    <div className="field">
      <span>{t.cards.antecedent}</span>
      {mark.antecedent ? <q dir="auto">{quote(item, response, mark.antecedent)}</q> : <span className="lacks">{t.cards.noAntecedent}</span>}
      <button type="button" className="quiet" aria-pressed={picking} onClick={() => dispatch({ do: "pick", picking: picking ? null : { need: "antecedent", id: mark.id } })}>
        {picking ? t.cards.done : t.cards.chooseAntecedent}
      </button>
    </div>
  );
}

function MissingFields({ missing, ...props }: Props & { missing: Missing }) {
  const types = props.item.types.filter(({ target }) => target === "passages");
  return (
    <>
      <TypeKeys types={types} label={t.cards.missingType} pressed={(key) => missing.type === key} dispatch={props.dispatch} />
      <Evidence label={t.cards.missingEvidence} each={missing} {...props} />
    </>
  );
}

function Evidence({ label, each, response, picking, dispatch }: Props & { label: string; each: Mark | Missing }) {
  const choose = () => dispatch({ do: "pick", picking: picking ? null : { need: "evidence", id: each.id } });
  return (
    <div className="field">
      <span>{label}</span>
      {each.evidence.length === 0 && <span className="lacks">{t.cards.noEvidence}</span>}
      {each.evidence.map((ref) => (
        <button
          key={`${ref.passage}.${ref.sentence}`}
          type="button"
          className="chip"
          onClick={() => dispatch({ do: "evidence", response, id: each.id, sentence: ref })}
        >
          {t.sentenceShort(ref.passage, ref.sentence)} <span aria-hidden="true">×</span>
          <span className="sr">{t.cards.removeSentence(ref.passage, ref.sentence)}</span>
        </button>
      ))}
      <button type="button" className="quiet" aria-pressed={picking} onClick={choose}>
        {picking ? t.cards.done : t.cards.chooseEvidence} {!picking && <kbd aria-hidden="true">E</kbd>}
      </button>
    </div>
  );
}

/** Whether the mark or missing information with this id takes passage sentences. */
export function takesEvidence(item: Item, desk: Desk, id: number | null): boolean {
  const each = itemById(judgementOf(desk), id);
  return each !== undefined && ("start" in each ? needsOf(item.context)(each.type) === "evidence" : true);
}
