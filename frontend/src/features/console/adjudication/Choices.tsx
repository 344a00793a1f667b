/** What is chosen rather than marked: a corrected text, answers to questions, and which response is better. */
import type { Act, Ruling, Verdict } from "../../../state/adjudication";
import type { Answer } from "../../../state/annotation";
import { findComparison, pairsOf, type Comparison } from "../../../state/ranking";
import { lineEnds, wordDiff } from "../../../text/diff";
import { letter, type Case } from "./cases";

type Props = { about: Case; response: number; verdict: Verdict; readOnly: boolean; dispatch: (act: Act) => void };

export function Corrections({ about, response, verdict, readOnly, dispatch }: Props) {
  const original = about.texts[response]!.codePoints.text;
  const given = new Map<string, string[]>();
  about.detail.annotations.forEach(({ judgements }, person) => {
    const text = judgements.find((each) => each.response === response)?.corrected_text;
    if (text != null) given.set(text, [...(given.get(text) ?? []), letter(person)]);
  });
  const set = (text: string | null) => dispatch({ do: "correct", response, text });
  const name = `corrected-${response}`;
  return (
    <section aria-labelledby={`${name}-title`}>
      <h3 id={`${name}-title`}>Corrected text</h3>
      <fieldset className="plain" disabled={readOnly}>
        <legend className="sr">Whose correction to take</legend>
        {[...given].map(([text, letters]) => (
          <label key={text} className="option">
            <input type="radio" name={name} checked={verdict.corrected === text} onChange={() => set(text)} />
            <span className="row-name">{letters.join(" ")}</span>
            <Diff before={lineEnds(original)} after={text} />
          </label>
        ))}
        <label className="option">
          <input type="radio" name={name} checked={verdict.corrected === null} onChange={() => set(null)} />
          <span>No correction</span>
        </label>
      </fieldset>
      {verdict.corrected !== null && !readOnly && (
        <label className="edited">
          <span className="soft">As it goes into the record</span>
          <textarea dir="auto" rows={3} value={verdict.corrected} onChange={({ target }) => set(target.value)} />
        </label>
      )}
      {verdict.corrected !== null && readOnly && !given.has(verdict.corrected) && <Diff before={lineEnds(original)} after={verdict.corrected} />}
    </section>
  );
}

function Diff({ before, after }: { before: string; after: string }) {
  return (
    <span className="diff" dir="auto">
      {wordDiff(before, after).map(({ kind, text }, i) => (kind === "added" ? <ins key={i}>{text}</ins> : kind === "removed" ? <del key={i}>{text}</del> : <span key={i}>{text}</span>))}
    </span>
  );
}

export function Answers({ about, response, verdict, readOnly, dispatch }: Props) {
  const { questions } = about.task.desk;
  if (questions.length === 0) return null;
  return (
    <section aria-label="Answers">
      {questions.map(({ key, text, kind, points, options, multiple }) => {
        const said = about.detail.annotations.map(({ judgements }) => judgements.find((each) => each.response === response)?.answers[key] as Answer | undefined);
        const mine = verdict.answers[key] ?? null;
        const set = (answer: Answer | null) => dispatch({ do: "answer", response, key, answer });
        if (kind === "text") {
          return (
            <label key={key} className="edited">
              <h3>{text}</h3>
              {said.map((answer, person) => answer !== undefined && <span key={person} className="soft">{`${letter(person)}: ${String(answer)}`}</span>)}
              <textarea rows={2} readOnly={readOnly} value={typeof mine === "string" ? mine : ""} onChange={({ target }) => set(target.value || null)} />
            </label>
          );
        }
        const values: (number | string)[] = kind === "rating" ? Array.from({ length: points }, (_, i) => i + 1) : options.map((option) => option.key);
        const holds = (answer: Answer | null | undefined, value: number | string) => (Array.isArray(answer) ? answer.includes(value as string) : answer === value);
        const choose = (value: number | string) => {
          if (!multiple) return set(holds(mine, value) ? null : value);
          const others = (Array.isArray(mine) ? mine : []) as readonly string[];
          const next = holds(mine, value) ? others.filter((other) => other !== value) : [...others, value as string];
          set(next.length > 0 ? next : null);
        };
        return (
          <fieldset key={key} className="plain" disabled={readOnly}>
            <legend>
              <h3>{text}</h3>
            </legend>
            <div className="buttons">
              {values.map((value) => {
                const letters = said.flatMap((answer, person) => (holds(answer, value) ? [letter(person)] : []));
                return (
                  <button key={value} type="button" className="quiet" aria-pressed={holds(mine, value)} onClick={() => choose(value)}>
                    {options.find((option) => option.key === value)?.name ?? value} {letters.length > 0 && <span className="used-by">{letters.join(" ")}</span>}
                  </button>
                );
              })}
            </div>
          </fieldset>
        );
      })}
    </section>
  );
}

/** Each pair of responses with who prefers which; names are the numbers that the responses have on this page. */
export function Comparisons({ about, ruling, readOnly, dispatch }: { about: Case; ruling: Ruling; readOnly: boolean; dispatch: (act: Act) => void }) {
  const indexes = about.detail.example.responses.map(({ index }) => index);
  if (!about.task.desk.asks.includes("comparison") || indexes.length < 2) return null;
  const sideOf = (pairs: readonly Comparison[], first: number, second: number) => {
    const pair = findComparison(pairs, first, second);
    if (!pair) return null;
    if (pair.preferred === "tie") return "tie";
    return (pair.preferred === "first" ? pair.first : pair.second) === first ? "first" : "second";
  };
  return (
    <section className="panel" aria-labelledby="comparisons-title">
      <h2 id="comparisons-title">Which response is better</h2>
      {pairsOf(indexes).map(([first, second]) => {
        const mine = sideOf(ruling.comparisons, first, second);
        const names = { first: `Response ${first + 1}`, tie: "Equal", second: `Response ${second + 1}` };
        return (
          <fieldset key={`${first}-${second}`} className="plain pair" disabled={readOnly}>
            <legend className="sr">
              {names.first} or {names.second}
            </legend>
            {(["first", "tie", "second"] as const).map((side) => {
              const letters = about.detail.annotations.flatMap(({ comparisons }, person) => (sideOf(comparisons as Comparison[], first, second) === side ? [letter(person)] : []));
              return (
                <button key={side} type="button" className="quiet" aria-pressed={mine === side} onClick={() => dispatch({ do: "compare", pair: { first, second, preferred: side, strength: null } })}>
                  {names[side]} {letters.length > 0 && <span className="used-by">{letters.join(" ")}</span>}
                </button>
              );
            })}
          </fieldset>
        );
      })}
    </section>
  );
}
