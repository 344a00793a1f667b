/** The responses two by two, side by side: a lone pair with how much better, several with progress and a summary. */
import { contradictions, findComparison, pairsOf, relation, type Comparison, type Relation } from "../../../state/ranking";
import { sharedSentences } from "../../../text/shared";
import { t } from "../../../text/strings";
import { say } from "../say";
import type { CompareProps } from "./props";
import { sentencesOf, Shared } from "./Shared";
import { useCompareKeys } from "./useCompareKeys";

type Props = CompareProps & { at: number | null; onGo: (at: number | null) => void };
type Side = Comparison["preferred"];

export function Pairs({ item, work, dispatch, at, onGo }: Props) {
  const shown = item.responses.map(({ index }) => index);
  const letterOf = (index: number) => item.responses[shown.indexOf(index)]!.letter;
  const textOf = (index: number) => item.responses[shown.indexOf(index)]!.text;
  const all = pairsOf(shown);
  const lone = all.length === 1;
  const open = all.flatMap(([first, second], i) => (findComparison(work.pairs, first, second) ? [] : [i]));
  const here = at ?? open[0] ?? all.length - 1;
  const [first, second] = all[here]!;
  const decided = findComparison(work.pairs, first, second);
  const [left, right] = [letterOf(first), letterOf(second)];

  const decide = (preferred: Side, strength: Comparison["strength"] = null) => {
    const kept = strength ?? (decided?.preferred === preferred ? decided.strength : null);
    dispatch({ do: "compare", pair: { first, second, preferred, strength: kept } });
    const next = open.find((i) => i !== here);
    const goesOn = !decided && next !== undefined;
    // Where all are decided, the last one stays in sight.
    onGo(goesOn ? (open.find((i) => i > here) ?? next) : here);
    say([statement(letterOf, first, second, ({ first: 1, tie: 0, second: -1 } as const)[preferred]), goesOn ? t.compare.pairsLeft(open.length - 1) : ""].join(" "));
  };
  useCompareKeys((key) => {
    const side = ({ ArrowLeft: "first", ArrowRight: "second", ArrowDown: "tie" } as const)[key];
    if (side) decide(side);
    else if (lone && decided && decided.preferred !== "tie" && /^[1-3]$/.test(key)) decide(decided.preferred, Number(key) as 1 | 2 | 3);
    else return false;
    return true;
  });

  const pieces = sharedSentences([first, second].map((index) => sentencesOf(item, index)));
  const wrong = contradictions(work.pairs, shown);
  return (
    <>
      {!lone && (
        <div className="pair-steps">
          <button type="button" className="step" aria-label={t.compare.pairBefore} disabled={here === 0} onClick={() => onGo(here - 1)}>
            ‹
          </button>
          <p>
            <b>{t.compare.pairOf(here + 1, all.length)}</b> <span className="soft">{t.compare.pairsLeft(open.length)}</span>
          </p>
          <button type="button" className="step" aria-label={t.compare.pairAfter} disabled={here === all.length - 1} onClick={() => onGo(here + 1)}>
            ›
          </button>
        </div>
      )}
      <p className="hint for-keys">{lone ? t.compare.loneKeys : t.compare.pairKeys}</p>
      {textOf(first) === textOf(second) && <p className="hint">{t.compare.same([left, right])}</p>}
      {pieces.flat().some(({ shared }) => shared) && <p className="hint">{t.compare.dimmed}</p>}
      <div className="beside">
        {[first, second].map((index, i) => (
          <article key={index} aria-label={t.responseNamed(letterOf(index))} data-preferred={decided?.preferred === (["first", "second"] as const)[i] || undefined}>
            <h3>{t.responseNamed(letterOf(index))}</h3>
            <Shared pieces={pieces[i]!} />
          </article>
        ))}
      </div>
      {lone ? (
        <Scale letters={[left, right]} decided={decided} onDecide={decide} />
      ) : (
        <div className="which" role="group" aria-label={t.compare.which}>
          {(["first", "tie", "second"] as const).map((side) => (
            <button key={side} type="button" className="quiet" aria-pressed={decided?.preferred === side} onClick={() => decide(side)}>
              {side === "tie" ? t.compare.tie : t.compare.better(side === "first" ? left : right)} <kbd aria-hidden="true">{{ first: "←", tie: "↓", second: "→" }[side]}</kbd>
            </button>
          ))}
        </div>
      )}
      {!lone && (
        <ol className="pair-list" aria-label={t.compare.summary}>
          {all.map(([a, b], i) => {
            const said = relation(work.pairs, a, b);
            const doubted = wrong.some((three) => three.includes(a) && three.includes(b));
            return (
              <li key={i}>
                <button type="button" className="quiet" aria-current={i === here} onClick={() => onGo(i)}>
                  {said === undefined ? <span className="lacks">{t.compare.undecided(letterOf(a), letterOf(b))}</span> : statement(letterOf, a, b, said)}
                  {doubted && <span className="lacks"> {t.compare.doubted}</span>}
                </button>
              </li>
            );
          })}
        </ol>
      )}
      {wrong.length > 0 && (
        <div className="contradictions" role="note">
          <h3>{t.compare.contradiction.title}</h3>
          <ul>
            {wrong.map(([a, b, c]) => (
              <li key={`${a} ${b} ${c}`}>
                {t.compare.contradiction.three(
                  statement(letterOf, a, b, relation(work.pairs, a, b)!),
                  statement(letterOf, b, c, relation(work.pairs, b, c)!),
                  statement(letterOf, c, a, relation(work.pairs, c, a)!),
                )}
              </li>
            ))}
          </ul>
          <p>{t.compare.contradiction.free}</p>
        </div>
      )}
    </>
  );
}

/** "A is better than B", whichever way round they were shown. */
function statement(letterOf: (index: number) => string, a: number, b: number, said: Relation): string {
  const [one, other] = [letterOf(a), letterOf(b)];
  if (said === 0) return one < other ? t.compare.equals(one, other) : t.compare.equals(other, one);
  return said > 0 ? t.compare.than(one, other) : t.compare.than(other, one);
}

type ScaleProps = { letters: readonly [string, string]; decided: Comparison | undefined; onDecide: (side: Side, strength?: Comparison["strength"]) => void };

/** From "the left is much better" over a tie to "the right is much better", in one step. */
function Scale({ letters, decided, onDecide }: ScaleProps) {
  const point = (side: "first" | "second", strength: 1 | 2 | 3) => (
    <button
      key={strength}
      type="button"
      className="quiet"
      aria-pressed={decided?.preferred === side && decided.strength === strength}
      onClick={() => onDecide(side, strength)}
    >
      {t.compare.strength[strength - 1]} <kbd aria-hidden="true">{strength}</kbd>
    </button>
  );
  const side = (which: "first" | "second", letter: string, strengths: readonly (1 | 2 | 3)[]) => (
    <div className="scale-side" role="group" aria-label={t.compare.better(letter)} data-chosen={decided?.preferred === which || undefined}>
      <p>
        {t.compare.better(letter)} <kbd aria-hidden="true">{which === "first" ? "←" : "→"}</kbd>{" "}
        {decided?.preferred === which && decided.strength === null && <span className="lacks">{t.compare.howMuch}</span>}
      </p>
      <div>{strengths.map((strength) => point(which, strength))}</div>
    </div>
  );
  return (
    <div className="scale" role="group" aria-label={t.compare.which}>
      {side("first", letters[0], [3, 2, 1])}
      <button type="button" className="quiet" aria-pressed={decided?.preferred === "tie"} onClick={() => onDecide("tie")}>
        {t.compare.tie} <kbd aria-hidden="true">↓</kbd>
      </button>
      {side("second", letters[1], [1, 2, 3])}
    </div>
  );
}
