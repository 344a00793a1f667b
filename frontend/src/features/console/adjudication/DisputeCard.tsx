/** One place that people marked: what the record says about it, and what each of them said. */
import type { Act, Dispute, Kept, Reason, Vote } from "../../../state/adjudication";
import { fateOf, REASONS } from "../../../state/adjudication";
import { nudge, stopsOf } from "../../../state/selection";
import { letter, type Case } from "./cases";

type Props = { about: Case; dispute: Dispute; votes: readonly Vote[]; kept: readonly Kept[]; reasons: Readonly<Record<string, Reason>>; current: boolean; readOnly: boolean; dispatch: (act: Act) => void; onFocus: () => void };

const FATES = { accept: "in the record", merge: "merged", edit: "changed", reject: "left out" } as const;
const WHY: Record<Reason, string> = { no_error: "no error", other_type: "another type", other_place: "other words", guideline: "the guideline", duplicate: "said twice", unclear: "unclear" };

export function DisputeCard({ about, dispute, votes, kept, reasons, current, readOnly, dispatch, onFocus }: Props) {
  const { response, votes: theirs, kept: ours, agreed } = dispute;
  const people = about.detail.annotations.length;
  const silent = about.detail.annotations.flatMap((_, person) => (theirs.some((vote) => vote.person === person) ? [] : [letter(person)]));
  const several = new Set(theirs.map(({ person }) => person)).size > 1;
  const only = agreed ? "All agree" : `${people - silent.length} of ${people} marked this`;
  return (
    <li
      className="dispute"
      data-current={current || undefined}
      data-agreed={agreed || undefined}
      // Where the keys of this place work, as in a list that is walked with the arrow keys.
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={current ? 0 : -1}
      aria-label={`${only}: ${quoteOf(about, response, ours[0] ?? theirs[0]!)}`}
      aria-current={current || undefined}
      onFocus={onFocus}
    >
      <p className="dispute-head">
        <strong>{only}</strong>
        {silent.length > 0 && <span className="soft">{silent.join(", ")} left it unmarked</span>}
      </p>
      <div className="record-row">
        <span className="row-name">Record</span>
        <div className="record-marks">
          {ours.length === 0 && <p className="soft">Nothing here is in the record.</p>}
          {ours.map((mark) => (
            <RecordMark key={mark.id} about={about} response={response} mark={mark} readOnly={readOnly} dispatch={dispatch} />
          ))}
        </div>
      </div>
      <ul className="votes">
        {theirs.map((vote) => {
          const fate = fateOf(vote, votes, kept);
          return (
            <li key={vote.key} className="vote" data-fate={fate}>
              <span className="row-name">{letter(vote.person)}</span>
              <Said about={about} response={response} finding={vote} />
              <span className="fate">{FATES[fate]}</span>
              {!readOnly && (
                <span className="vote-actions">
                  {fate !== "accept" && (
                    <>
                      <button type="button" className="quiet" onClick={() => dispatch({ do: "take", vote, beside: false })}>
                        Accept <span className="sr">what {letter(vote.person)} marked</span> <kbd aria-hidden="true">{letter(vote.person)}</kbd>
                      </button>
                      {ours.length > 0 && (
                        <button type="button" className="quiet" onClick={() => dispatch({ do: "take", vote, beside: true })}>
                          Add <span className="sr">what {letter(vote.person)} marked, beside what is in the record</span>
                        </button>
                      )}
                    </>
                  )}
                  {fate === "accept" && (
                    <button type="button" className="quiet" onClick={() => dispatch({ do: "reject", votes: [vote], reason: null })}>
                      Leave out <span className="sr">what {letter(vote.person)} marked</span>
                    </button>
                  )}
                  {fate !== "accept" && (
                    <select aria-label={`Why ${letter(vote.person)} is not followed`} value={reasons[vote.key] ?? ""} onChange={({ target }) => dispatch({ do: "reject", votes: [vote], reason: (target.value || null) as Reason | null })}>
                      <option value="">why?</option>
                      {REASONS.map((reason) => (
                        <option key={reason} value={reason}>
                          {WHY[reason]}
                        </option>
                      ))}
                    </select>
                  )}
                </span>
              )}
              {readOnly && reasons[vote.key] && <span className="soft">{WHY[reasons[vote.key]!]}</span>}
            </li>
          );
        })}
      </ul>
      {!readOnly && theirs.length > 0 && (
        <div className="buttons">
          {several && (
            <>
              <button type="button" className="quiet" onClick={() => dispatch({ do: "merge", votes: theirs, how: "union" })}>
                All of it <kbd aria-hidden="true">U</kbd>
              </button>
              <button type="button" className="quiet" onClick={() => dispatch({ do: "merge", votes: theirs, how: "intersection" })}>
                What they share <kbd aria-hidden="true">I</kbd>
              </button>
            </>
          )}
          <button type="button" className="quiet" onClick={() => dispatch({ do: "reject", votes: theirs, reason: "no_error" })}>
            None of it <kbd aria-hidden="true">X</kbd>
          </button>
        </div>
      )}
    </li>
  );
}

function RecordMark({ about, response, mark, readOnly, dispatch }: { about: Case; response: number; mark: Kept; readOnly: boolean; dispatch: (act: Act) => void }) {
  const sure = about.sure(response, mark);
  const text = about.texts[response]!;
  const target = mark.span ? "response" : "passages";
  const move = (edge: "start" | "end", by: -1 | 1) => mark.span && dispatch({ do: "resize", response, id: mark.id, span: nudge(stopsOf(text, "word"), mark.span, edge, by) });
  const needs = about.types.find(({ key }) => key === mark.type)?.needs;
  const lacks = (needs === "antecedent" && !mark.antecedent) || (needs === "evidence" && mark.evidence.length === 0);
  return (
    <div className="record-mark">
      <Said about={about} response={response} finding={mark} />
      {sure !== null && (
        <span className="sure" title="How probable the judgements make it">
          {Math.round(sure * 100)} %
        </span>
      )}
      {lacks && <p className="lacks">{needs === "evidence" ? "Choose the sentences that it is about, in the passages." : "It needs the earlier words that it repeats: accept a mark that has them."}</p>}
      {!readOnly && (
        <span className="vote-actions">
          <select aria-label="Type" value={mark.type} onChange={({ target: { value } }) => dispatch({ do: "retype", response, id: mark.id, type: value })}>
            {about.types
              .filter((type) => type.target === target || type.key === mark.type)
              .map(({ key, name }) => (
                <option key={key} value={key}>
                  {name}
                </option>
              ))}
          </select>
          {mark.span &&
            (["start", "end"] as const).map((edge) => (
              <span key={edge} className="steps" role="group" aria-label={edge === "start" ? "Where it starts" : "Where it ends"}>
                <button type="button" className="step" aria-label={`${edge === "start" ? "Start" : "End"} one word earlier`} onClick={() => move(edge, -1)}>
                  ‹
                </button>
                <span aria-hidden="true">{edge}</span>
                <button type="button" className="step" aria-label={`${edge === "start" ? "Start" : "End"} one word later`} onClick={() => move(edge, 1)}>
                  ›
                </button>
              </span>
            ))}
          <button type="button" className="quiet" onClick={() => dispatch({ do: "drop", response, id: mark.id })}>
            Remove
          </button>
        </span>
      )}
    </div>
  );
}

function Said({ about, response, finding }: { about: Case; response: number; finding: Pick<Kept, "span" | "type" | "evidence" | "note"> }) {
  const look = about.types.find(({ key }) => key === finding.type);
  return (
    <span className="said">
      <span className="badge" data-hue={look?.hue} data-line={look?.line} aria-hidden="true">
        {look?.badge ?? "?"}
      </span>{" "}
      <span className="said-type">{look?.name ?? finding.type}</span> <q dir="auto">{quoteOf(about, response, finding)}</q>
      {finding.span && finding.evidence.length > 0 && <span className="soft"> see {finding.evidence.map(({ passage, sentence }) => `${passage}.${sentence}`).join(", ")}</span>}
      {finding.note && <span className="soft"> “{finding.note}”</span>}
    </span>
  );
}

/** The words of the response, or of the passages that it leaves out. */
export function quoteOf({ texts, detail }: Case, response: number, { span, evidence }: Pick<Kept, "span" | "evidence">): string {
  if (span) return texts[response]!.codePoints.slice(span.start, span.end);
  if (evidence.length === 0) return "somewhere in the passages";
  return evidence
    .map(({ passage, sentence }) => {
      const { title, sentences } = detail.example.passages[passage - 1]!;
      return `${passage}.${sentence} ${sentence === 0 ? title : (sentences[sentence - 1] ?? "")}`;
    })
    .join(" … ");
}
