/** The marks and the missing information as cards: one is open and shows all that can be changed about it. */
import { itemById, type Mark, type Missing } from "../../state/annotation";
import { judgementOf, needsOf, type Desk, type DeskAction } from "../../state/desk";
import { t } from "../../text/strings";
import { Badge } from "./Badge";
import type { Item } from "./item";
import { cardId } from "./ResponseView";

type Props = { item: Item; desk: Desk; dispatch: (action: DeskAction) => void };

export function Cards(props: Props) {
  const { marks, missing } = judgementOf(props.desk);
  return (
    <section className="cards" aria-labelledby="cards-title" data-zone="cards">
      <h2 id="cards-title">{t.cards.title}</h2>
      {marks.length + missing.length === 0 && <p className="soft">{t.cards.none}</p>}
      <ul>
        {[...marks, ...missing].map((each) => (
          <Card key={each.id} each={each} {...props} />
        ))}
      </ul>
      <button type="button" className="quiet" aria-keyshortcuts="M" onClick={() => props.dispatch({ do: "missing", response: props.desk.response, type: null })}>
        + {t.tools.missing} <kbd aria-hidden="true">M</kbd>
      </button>
    </section>
  );
}

function Card({ each, item, desk, dispatch }: Props & { each: Mark | Missing }) {
  const open = desk.focused === each.id;
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
        {isMark && <q className="card-quote">{quote(item, desk.response, each)}</q>}
        {!open && <Summary each={each} item={item} desk={desk} />}
      </button>
      {open && (
        <div className="card-body">
          {isMark ? <MarkFields mark={each} item={item} desk={desk} dispatch={dispatch} /> : <MissingFields missing={each} item={item} desk={desk} dispatch={dispatch} />}
          <button type="button" className="quiet remove" onClick={() => dispatch({ do: "remove" })}>
            {t.cards.remove} <kbd aria-hidden="true">Del</kbd>
          </button>
        </div>
      )}
    </li>
  );
}

function quote(item: Item, response: number, { start, end }: { start: number; end: number }): string {
  return item.context.texts[response]!.codePoints.slice(start, end);
}

/** What a closed card says about antecedent and evidence. */
function Summary({ each, item, desk }: { each: Mark | Missing; item: Item; desk: Desk }) {
  const need = "start" in each ? needsOf(item.context)(each.type) : "evidence";
  if (need === "evidence") return <span className={each.evidence.length ? "soft" : "lacks"}>{each.evidence.map((ref) => t.sentenceShort(ref.passage, ref.sentence)).join(", ") || t.cards.noEvidence}</span>;
  if (need === "antecedent" && "antecedent" in each) {
    return each.antecedent ? <q className="soft">{quote(item, desk.response, each.antecedent)}</q> : <span className="lacks">{t.cards.noAntecedent}</span>;
  }
  return null;
}

function MarkFields({ mark, item, desk, dispatch }: Props & { mark: Mark }) {
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
      <Ends dispatch={dispatch} />
      {need === "antecedent" && <Antecedent mark={mark} item={item} desk={desk} dispatch={dispatch} />}
      {need === "evidence" && <Evidence label={t.cards.evidence} each={mark} item={item} desk={desk} dispatch={dispatch} />}
    </>
  );
}

function Ends({ dispatch }: Pick<Props, "dispatch">) {
  const step = (edge: "start" | "end", by: -1 | 1, label: string, key: string) => (
    <button type="button" className="step" aria-label={label} aria-keyshortcuts={key} title={`${label} (${key})`} onClick={() => dispatch({ do: "nudge", edge, by })}>
      {by < 0 ? "◂" : "▸"}
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

function Antecedent({ mark, item, desk, dispatch }: Props & { mark: Mark }) {
  const picking = desk.picking?.id === mark.id;
  return (
    <div className="field">
      <span>{t.cards.antecedent}</span>
      {mark.antecedent ? <q>{quote(item, desk.response, mark.antecedent)}</q> : <span className="lacks">{t.cards.noAntecedent}</span>}
      <button type="button" className="quiet" aria-pressed={picking} onClick={() => dispatch({ do: "pick", picking: picking ? null : { need: "antecedent", id: mark.id } })}>
        {picking ? t.cards.done : t.cards.chooseAntecedent}
      </button>
    </div>
  );
}

function MissingFields({ missing, item, desk, dispatch }: Props & { missing: Missing }) {
  return (
    <>
      <div className="field" role="group" aria-label={t.cards.missingType}>
        {item.types
          .filter(({ target }) => target === "passages")
          .map((type) => (
            <button key={type.key} type="button" className="type" data-hue={type.hue} aria-pressed={missing.type === type.key} title={type.definition} aria-keyshortcuts={type.hotkey} onClick={() => dispatch({ do: "type", type: type.key })}>
              <Badge type={type} />
              {type.name}
              <kbd aria-hidden="true">{type.hotkey}</kbd>
            </button>
          ))}
      </div>
      <Evidence label={t.cards.missingEvidence} each={missing} item={item} desk={desk} dispatch={dispatch} />
    </>
  );
}

function Evidence({ label, each, desk, dispatch }: Props & { label: string; each: Mark | Missing }) {
  const picking = desk.picking?.id === each.id;
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
          onClick={() => dispatch({ do: "evidence", response: desk.response, id: each.id, sentence: ref })}
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
