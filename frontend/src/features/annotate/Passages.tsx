/** The passages by numbered sentences; while something asks for sentences, each is a button that gives itself. */
import { useRef, useState, type KeyboardEvent, type Ref } from "react";
import type { SentenceRef } from "../../state/annotation";
import { itemById } from "../../state/annotation";
import { judgementOf, type Desk, type DeskAction } from "../../state/desk";
import { t } from "../../text/strings";
import { Badge } from "./Badge";
import { takesEvidence } from "./Cards";
import type { Item } from "./item";

type Props = { item: Item; desk: Desk; dispatch: (action: DeskAction) => void; ref: Ref<HTMLElement> };

export function Passages({ item, desk, dispatch, ref }: Props) {
  const { passages, reference } = item.assignment.example;
  const [current, setCurrent] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const all = passages.flatMap(({ sentences }, p) => [-1, ...sentences.keys()].map((s): SentenceRef => ({ passage: p + 1, sentence: s + 1 })));
  const judgement = judgementOf(desk);
  const target = desk.picking?.need === "evidence" ? desk.picking.id : takesEvidence(item, desk, desk.focused) ? desk.focused : null;
  const chosen = itemById(judgement, target)?.evidence ?? [];

  const choose = (sentence: SentenceRef) => {
    if (target === null) return;
    if (desk.picking?.id !== target) dispatch({ do: "pick", picking: { need: "evidence", id: target } });
    dispatch({ do: "choose", sentence });
  };
  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1, Home: -all.length, End: all.length }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = Math.max(0, Math.min(all.length - 1, current + by));
    setCurrent(next);
    list.current?.querySelectorAll<HTMLElement>(".sentence")[next]?.focus();
  };

  const users = [...judgement.marks, ...judgement.missing];
  const row = (passage: number, sentence: number, text: string) => {
    const index = all.findIndex((each) => each.passage === passage && each.sentence === sentence);
    const here = (ref: SentenceRef) => ref.passage === passage && ref.sentence === sentence;
    return (
      <button
        key={sentence}
        type="button"
        className="sentence"
        tabIndex={index === current ? 0 : -1}
        aria-disabled={target === null}
        aria-pressed={chosen.some(here)}
        onFocus={() => setCurrent(index)}
        onClick={() => choose({ passage, sentence })}
      >
        <span className="sentence-number">S{sentence}</span>
        <span className="sentence-text" dir="auto">
          {text}
        </span>
        <span className="sentence-users">{users.filter(({ evidence }) => evidence.some(here)).map((user) => <Badge key={user.id} type={item.typeOf(user.type)} />)}</span>
      </button>
    );
  };

  return (
    <section ref={ref} className="passages" aria-labelledby="passages-title" data-zone="passages" data-picking={target !== null || undefined}>
      <div className="passages-head">
        <h2 id="passages-title">{t.passages}</h2>
        {desk.picking?.need === "evidence" && (
          <button type="button" className="quiet" onClick={() => dispatch({ do: "pick", picking: null })}>
            {t.cards.done} <kbd aria-hidden="true">Esc</kbd>
          </button>
        )}
      </div>
      {/* Below 900 px the line above the text, which says the same, is out of sight. */}
      {desk.picking?.need === "evidence" && <p className="hint narrow">{t.hint.evidence}</p>}
      {passages.length === 0 && <p className="soft">{t.noPassages}</p>}
      {/* Arrow keys move between the sentences, which are buttons of their own. */}
      <div ref={list} role="toolbar" aria-orientation="vertical" aria-label={t.passages} onKeyDown={move} tabIndex={-1}>
        {passages.map(({ title, sentences }, p) => (
          <div key={p} className="passage" role="group" aria-label={t.passageTitle(p + 1)}>
            <p className="passage-number">{t.passageTitle(p + 1)}</p>
            <div className="passage-title">{row(p + 1, 0, title)}</div>
            {sentences.map((text, s) => row(p + 1, s + 1, text))}
          </div>
        ))}
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
