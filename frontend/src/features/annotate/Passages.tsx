/** The passages by numbered sentences; while something asks for sentences, each is a button that gives itself. */
import { memo, useRef, type KeyboardEvent, type Ref } from "react";
import type { Judgement, SentenceRef } from "../../state/annotation";
import { itemById } from "../../state/annotation";
import { judgementOf, type Desk, type DeskAction } from "../../state/desk";
import { openedPassages } from "../../state/history";
import { t } from "../../text/strings";
import { Badge } from "./Badge";
import { takesEvidence } from "./Cards";
import { Find } from "./Find";
import type { Item } from "./item";
import { useLanguage } from "./language";
import { panelProps } from "./Panels";
import { controlOf, type Pane } from "./usePanel";

type Props = { item: Item; desk: Desk; dispatch: (action: DeskAction) => void; pane: Pane; ref: Ref<HTMLElement> };

/**
 * Several passages stand closed until they are opened one by one or all together: that somebody looked at a passage
 * can be told from that, where it could not be told from its having been on the screen.
 */
export function Passages({ item, desk, dispatch, pane, ref }: Props) {
  const { passages, reference } = item.assignment.example;
  const list = useRef<HTMLDivElement>(null);
  const judgement = judgementOf(desk);
  const target = desk.picking?.need === "evidence" ? desk.picking.id : takesEvidence(item, desk, desk.focused) ? desk.focused : null;
  const chosen = itemById(judgement, target)?.evidence;
  const users = usersOf(judgement);
  const opened = openedPassages(desk.history);

  const controls = () => [...(list.current?.querySelectorAll<HTMLElement>("[data-control]") ?? [])];
  const move = (event: KeyboardEvent) => {
    const all = controls();
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -all.length, End: all.length }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const here = all.indexOf(document.activeElement as HTMLElement);
    all[Math.max(0, Math.min(all.length - 1, here + by))]?.focus();
  };
  const toSentences = () => controls().find((control) => control.tabIndex === 0)?.focus();

  // The one control in the order of Tab: where the focus was last, as long as that is in sight.
  const isOpen = (passage: number) => !pane.several || pane.open.has(passage);
  const [at, part] = pane.current.split(".");
  const inSight = pane.current !== "" && (part === undefined || isOpen(Number(at)));
  const current = inSight ? pane.current : controlOf(Number(at) || 1, pane.several ? undefined : 0);

  return (
    <section ref={ref} className="passages" aria-labelledby="passages-title" data-zone="passages" data-picking={target !== null || undefined} {...panelProps("passages", pane)}>
      <div className="passages-head">
        <h2 id="passages-title">{t.passages}</h2>
        {desk.picking?.need === "evidence" && (
          <button type="button" className="quiet" onClick={() => dispatch({ do: "pick", picking: null })}>
            {t.cards.done} <kbd aria-hidden="true">Esc</kbd>
          </button>
        )}
        {pane.several && (
          <button type="button" className="quiet" aria-keyshortcuts="O" onClick={pane.toggleAll}>
            {pane.allOpen ? t.reading.closeAll : t.reading.openAll} <kbd aria-hidden="true">O</kbd>
          </button>
        )}
      </div>
      {passages.length > 0 && <Find item={item} pane={pane} list={list} onEscape={desk.picking?.need === "evidence" ? toSentences : pane.leave} />}
      {/* Below 900 px the line above the text, which says the same, is out of sight. */}
      {desk.picking?.need === "evidence" && <p className="hint narrow">{t.hint.evidence}</p>}
      {passages.length === 0 && <p className="soft">{t.noPassages}</p>}
      {/* Arrow keys move between the sentences, which are buttons of their own. */}
      <div ref={list} role="toolbar" aria-orientation="vertical" aria-label={t.passages} onKeyDown={move} tabIndex={-1}>
        {passages.map(({ title, sentences }, p) => {
          const passage = p + 1;
          const open = isOpen(passage);
          return (
            <div key={p} className="passage" role="group" aria-label={t.passageTitle(passage)}>
              {pane.several ? (
                <button
                  type="button"
                  className="passage-head"
                  data-control={controlOf(passage)}
                  tabIndex={current === controlOf(passage) ? 0 : -1}
                  aria-expanded={open}
                  onFocus={() => pane.setCurrent(controlOf(passage))}
                  onClick={() => pane.setPassage(passage, !open)}
                >
                  <span className="passage-number">{t.passageTitle(passage)}</span>
                  {!open && <b dir="auto">{title}</b>}
                  {!open && !opened.has(passage) && <span className="unopened">{t.reading.unopened}</span>}
                </button>
              ) : (
                <p className="passage-number">{t.passageTitle(passage)}</p>
              )}
              {open &&
                [title, ...sentences].map((text, sentence) => {
                  const here = controlOf(passage, sentence);
                  return (
                    <Sentence
                      key={sentence}
                      item={item}
                      passage={passage}
                      sentence={sentence}
                      text={text}
                      users={users.get(here) ?? ""}
                      target={target}
                      picking={desk.picking?.id === target}
                      chosen={chosen?.some((ref) => ref.passage === passage && ref.sentence === sentence) ?? false}
                      current={current === here}
                      dispatch={dispatch}
                      setCurrent={pane.setCurrent}
                    />
                  );
                })}
            </div>
          );
        })}
      </div>
      {reference && (
        <details className="reference">
          <summary>{t.reference}</summary>
          <p dir="auto">{reference}</p>
        </details>
      )}
    </section>
  );
}

/** By sentence: the types of what points at it, as one string. */
function usersOf({ marks, missing }: Judgement): ReadonlyMap<string, string> {
  const users = new Map<string, string>();
  for (const { type, evidence } of [...marks, ...missing]) {
    for (const { passage, sentence } of evidence) {
      const here = controlOf(passage, sentence);
      users.set(here, [...(users.get(here)?.split(" ") ?? []), type ?? "?"].join(" "));
    }
  }
  return users;
}

type SentenceProps = SentenceRef & {
  item: Item;
  text: string;
  users: string;
  /** What the sentence would be given to; `picking`: it has asked for sentences. */
  target: number | null;
  picking: boolean;
  chosen: boolean;
  current: boolean;
  dispatch: (action: DeskAction) => void;
  setCurrent: (control: string) => void;
};

/** Drawn again only when something about it changes. */
const Sentence = memo(function Sentence({ item, passage, sentence, text, users, target, picking, chosen, current, dispatch, setCurrent }: SentenceProps) {
  useLanguage();
  const control = controlOf(passage, sentence);
  const types = users ? users.split(" ").map((key) => item.typeOf(key)) : [];
  const choose = () => {
    if (target === null) return;
    if (!picking) dispatch({ do: "pick", picking: { need: "evidence", id: target } });
    dispatch({ do: "choose", sentence: { passage, sentence } });
  };
  return (
    <button
      type="button"
      className="sentence"
      data-control={control}
      tabIndex={current ? 0 : -1}
      aria-disabled={target === null}
      aria-pressed={chosen}
      onFocus={() => setCurrent(control)}
      onClick={choose}
    >
      <span className="sentence-number">S{sentence}</span>
      <span className="sentence-text" dir="auto">
        {text}
      </span>
      <span className="sentence-users">
        {types.map((type, i) => (
          <Badge key={i} type={type} />
        ))}
        {types.length > 0 && <span className="sr">{t.reading.usedBy(types.map((type) => type?.name ?? t.cards.untyped).join(", "))}</span>}
      </span>
    </button>
  );
});
