import { useState, type KeyboardEvent } from "react";
import type { Work } from "../../state/annotation";
import type { DeskAction } from "../../state/desk";
import { t } from "../../text/strings";
import type { Item } from "./item";

type Props = { item: Item; work: Work; dispatch: (action: DeskAction) => void };

/** The responses in order, ties together: buttons or the arrow keys on a button move one by half a place. */
export function Ranking({ item, work, dispatch }: Props) {
  const [moved, setMoved] = useState<number | null>(null);
  const letterOf = (index: number) => item.responses.find((response) => response.index === index)!.letter;
  const tierOf = (index: number) => work.order.findIndex((tier) => tier.includes(index));
  const tiedWith = (index: number) => work.order[tierOf(index)]!.filter((other) => other !== index).map(letterOf).sort();
  const listed = item.responses.toSorted((a, b) => tierOf(a.index) - tierOf(b.index));
  const move = (index: number, by: -1 | 1) => {
    dispatch({ do: "move", response: index, by });
    setMoved(index);
  };
  const keys = (index: number) => (event: KeyboardEvent) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    move(index, event.key === "ArrowUp" ? -1 : 1);
  };
  return (
    <section className="ranking" aria-labelledby="ranking-title">
      <h2 id="ranking-title" tabIndex={-1}>
        {t.ranking.title}
      </h2>
      <p className="soft">{work.ranked ? t.ranking.explain : t.ranking.notYet}</p>
      <ol aria-label={t.ranking.list}>
        {listed.map(({ index, letter, text }) => {
          const tier = tierOf(index);
          return (
            <li key={index} data-tied={tiedWith(index).length > 0 || undefined} data-first={listed.find((other) => tierOf(other.index) === tier)!.index === index || undefined}>
              <p className="place">
                {work.ranked ? t.ranking.place(tier + 1) : "–"}
                {work.ranked && tiedWith(index).length > 0 && <span className="soft"> {t.ranking.tied}</span>}
              </p>
              <div className="candidate">
                <h3>{t.responseNamed(letter)}</h3>
                <p dir="auto">{text}</p>
              </div>
              <div className="moves">
                <button type="button" className="step" aria-label={t.ranking.up(letter)} onClick={() => move(index, -1)} onKeyDown={keys(index)}>
                  ▴
                </button>
                <button type="button" className="step" aria-label={t.ranking.down(letter)} onClick={() => move(index, 1)} onKeyDown={keys(index)}>
                  ▾
                </button>
              </div>
            </li>
          );
        })}
      </ol>
      <button type="button" className="quiet" onClick={() => dispatch({ do: "equal" })}>
        {t.ranking.equal}
      </button>
      <p role="status" className="sr">
        {moved !== null && t.ranking.moved(letterOf(moved), tierOf(moved) + 1, tiedWith(moved).join(", "))}
      </p>
    </section>
  );
}
