/** The responses in tiers, best on top, ties together: moved by keys, by buttons or by dragging. */
import { useMemo, useRef } from "react";
import { moveInOrder, placeInOrder, type Order } from "../../../state/ranking";
import { sharedSentences } from "../../../text/shared";
import { t } from "../../../text/strings";
import { say } from "../say";
import type { Place } from "./drop";
import type { CompareProps } from "./props";
import { sentencesOf, Shared } from "./Shared";
import { useCompareKeys } from "./useCompareKeys";
import { useDrag } from "./useDrag";

export function Board({ item, work, dispatch }: CompareProps) {
  const { order, ranked } = work;
  const list = useRef<HTMLOListElement>(null);
  const pieces = useMemo(() => sharedSentences(item.responses.map(({ index }) => sentencesOf(item, index))), [item]);
  const letterOf = (index: number) => item.responses.find((response) => response.index === index)!.letter;

  const change = (index: number, next: Order, edit: Parameters<typeof dispatch>[0]) => {
    dispatch(edit);
    say(t.compare.moved(letterOf(index), tierOf(next, index) + 1, tiedWith(next, index).map(letterOf).sort().join(", ")));
  };
  const move = (index: number, by: -1 | 1) => {
    const next = moveInOrder(order, index, by);
    change(index, next, { do: "move", response: index, by });
  };
  const place = (index: number, { tier, tie }: Place) => change(index, placeInOrder(order, index, tier, tie), { do: "place", response: index, tier, tie });
  const { drag, grip } = useDrag(list, (index, to) => {
    // Let go where it was: that says nothing.
    if (placeInOrder(order, index, to.tier, to.tie) !== order) place(index, to);
  });
  const equal = () => {
    dispatch({ do: "equal" });
    say(t.compare.equal);
  };

  useCompareKeys((key, target) => {
    const named = item.responses.find(({ letter }) => letter === key.toUpperCase());
    if (named) list.current!.querySelector<HTMLElement>(`[data-response="${named.index}"] .grip`)?.focus();
    else if (key === "=") equal();
    else {
      const row = target.closest<HTMLElement>("[data-response]");
      if (!row) return false;
      const index = Number(row.dataset.response);
      if (key === "ArrowUp" || key === "ArrowDown") move(index, key === "ArrowUp" ? -1 : 1);
      else if (/^[1-9]$/.test(key)) place(index, Number(key) > order.length ? { tier: order.length, tie: false } : { tier: Number(key) - 1, tie: true });
      else return false;
    }
    return true;
  });

  // While one is dragged, the places are those that it would leave.
  const shownOrder = drag ? placeInOrder(order, drag.response, drag.place.tier, drag.place.tie) : order;
  const rows = item.responses.map((response, i) => ({ ...response, pieces: pieces[i]!, tier: tierOf(order, response.index) })).sort((a, b) => a.tier - b.tier);
  const same = item.responses.filter(({ text }, i) => item.responses.some((other, j) => i !== j && other.text === text));
  return (
    <>
      <p className="soft">{ranked ? t.compare.explain : t.compare.notYet}</p>
      <p id="board-help" className="hint for-keys">
        {t.compare.boardKeys(item.responses.map(({ letter }) => letter))}
      </p>
      {same.length > 0 && <p className="hint">{t.compare.same(same.map(({ letter }) => letter))}</p>}
      {pieces.flat().some(({ shared }) => shared) && <p className="hint">{t.compare.dimmed}</p>}
      <ol ref={list} className="board" aria-label={t.compare.list}>
        {rows.map(({ index, letter, pieces: text, tier }, i) => {
          const here = drag?.response === index;
          const place = tierOf(shownOrder, index);
          const tied = tiedWith(shownOrder, index).length > 0;
          const aims = drag && !here ? drag.place : null;
          return (
            <li
              key={index}
              data-response={index}
              data-tier={tier}
              data-first={rows[i - 1]?.tier !== tier || undefined}
              data-onto={(aims?.tie && aims.tier === tier) || undefined}
              data-gap={gapAt(drag?.place, rows, i)}
            >
              <div className="candidate" data-dragged={here || undefined} style={here ? { transform: `translateY(${drag.by}px)` } : undefined}>
                <p className="place">
                  {ranked || drag ? t.compare.place(place + 1) : "–"}
                  {(ranked || drag) && tied && <span className="soft"> {t.compare.tied}</span>}
                </p>
                <div>
                  <h3>{t.responseNamed(letter)}</h3>
                  <Shared pieces={text} />
                </div>
                <div className="moves">
                  <button type="button" className="step grip" aria-label={t.compare.grip(letter)} title={t.compare.grip(letter)} aria-describedby="board-help" {...grip(index)}>
                    <span aria-hidden="true">⠿</span>
                  </button>
                  <button type="button" className="step" aria-label={t.compare.up(letter)} onClick={() => move(index, -1)}>
                    ▴
                  </button>
                  <button type="button" className="step" aria-label={t.compare.down(letter)} onClick={() => move(index, 1)}>
                    ▾
                  </button>
                </div>
              </div>
            </li>
          );
        })}
      </ol>
      <button type="button" className="quiet" aria-pressed={ranked && order.length === 1} onClick={equal}>
        {t.compare.equal} <kbd aria-hidden="true">=</kbd>
      </button>
    </>
  );
}

const tierOf = (order: Order, index: number) => order.findIndex((tier) => tier.includes(index));
const tiedWith = (order: Order, index: number) => order[tierOf(order, index)]!.filter((other) => other !== index);

/** Whether the line where a dragged response would land is before or after this row. */
function gapAt(place: Place | undefined, rows: readonly { tier: number }[], i: number): "before" | "after" | undefined {
  if (!place || place.tie) return undefined;
  const { tier } = rows[i]!;
  if (place.tier === tier && rows[i - 1]?.tier !== tier) return "before";
  return i === rows.length - 1 && place.tier > tier ? "after" : undefined;
}
