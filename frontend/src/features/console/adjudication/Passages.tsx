/** The passages by numbered sentences, each with the letters of whoever points at it. */
import type { Act, Kept, Vote } from "../../../state/adjudication";
import { letter, type Case } from "./cases";

type Props = { about: Case; votes: readonly Vote[]; kept: readonly Kept[]; target: { response: number; mark: Kept } | null; dispatch: (act: Act) => void };

export function Passages({ about, votes, kept, target, dispatch }: Props) {
  const { passages, reference } = about.detail.example;
  return (
    <section className="panel evidence" aria-labelledby="passages-title">
      <h2 id="passages-title">Passages</h2>
      {passages.length === 0 && <p className="soft">This example has no passages.</p>}
      {passages.map(({ title, sentences }, p) => (
        <ol key={p} className="evidence-list" start={0}>
          {[title, ...sentences].map((text, sentence) => {
            const here = (finding: Pick<Kept, "evidence">) => finding.evidence.some((ref) => ref.passage === p + 1 && ref.sentence === sentence);
            const people = [...new Set(votes.filter(here).map(({ person }) => person))].sort();
            const recorded = kept.filter(here);
            const body = (
              <>
                <span className="sentence-number">
                  {p + 1}.{sentence}
                </span>
                <span className="sentence-text" dir="auto">
                  {text}
                </span>
                <span className="used">
                  {people.length > 0 && (
                    <span className="used-by">
                      <span className="sr">marked by </span>
                      {people.map(letter).join(" ")}
                    </span>
                  )}
                  {recorded.map(({ id, type }) => {
                    const look = about.types.find(({ key }) => key === type);
                    return (
                      <span key={id} className="badge" data-hue={look?.hue} data-line={look?.line} title={`In the record: ${look?.name ?? type}`}>
                        {look?.badge ?? "?"}
                      </span>
                    );
                  })}
                </span>
              </>
            );
            return (
              <li key={sentence} data-title={sentence === 0 || undefined}>
                {target ? (
                  <button type="button" className="evidence-line" aria-pressed={here(target.mark)} onClick={() => dispatch({ do: "evidence", response: target.response, id: target.mark.id, sentence: { passage: p + 1, sentence } })}>
                    {body}
                  </button>
                ) : (
                  <div className="evidence-line">{body}</div>
                )}
              </li>
            );
          })}
        </ol>
      ))}
      {reference && (
        <details>
          <summary>Reference answer</summary>
          <p dir="auto">{reference}</p>
        </details>
      )}
    </section>
  );
}
