/** How the responses compare with each other: on one board, or pair by pair. */
import { useState } from "react";
import { t } from "../../../text/strings";
import { Board } from "./Board";
import { Pairs } from "./Pairs";
import type { CompareProps } from "./props";

export const COMPARE_TITLE = "compare-title";

export function Compare({ item, work, dispatch }: CompareProps) {
  // The pair that was gone to; null: the first that is not decided.
  const [at, setAt] = useState<number | null>(null);
  return (
    <section className="compare" aria-labelledby={COMPARE_TITLE} data-zone="compare">
      {/* What is left to do leads here. */}
      <h2 id={COMPARE_TITLE} tabIndex={-1} onFocus={() => setAt(null)}>
        {t.compare.title}
      </h2>
      {item.assignment.desk.comparison === "either" && <Ways work={work} dispatch={dispatch} />}
      {work.comparing === "board" ? <Board item={item} work={work} dispatch={dispatch} /> : <Pairs item={item} work={work} dispatch={dispatch} at={at} onGo={setAt} />}
    </section>
  );
}

function Ways({ work, dispatch }: Omit<CompareProps, "item">) {
  return (
    <>
      <div className="types" role="group" aria-label={t.compare.ways}>
        {(["board", "pairs"] as const).map((way) => (
          <button key={way} type="button" className="quiet" aria-pressed={work.comparing === way} onClick={() => dispatch({ do: "compareBy", comparing: way })}>
            {t.compare.way[way]}
          </button>
        ))}
      </div>
      <p className="soft">{t.compare.counts[work.comparing]}</p>
    </>
  );
}
