/** The project's questions about one response: ratings, choices and free text, each where its condition holds. */
import type { KeyboardEvent } from "react";
import type { Answer, Judgement } from "../../state/annotation";
import type { DeskAction } from "../../state/desk";
import { askedQuestions, type Question } from "../../state/questions";
import { t } from "../../text/strings";
import type { Item } from "./item";

export const questionId = (key: string) => `question-${key}`;

/** The most characters that the server takes as an answer. */
const TEXT_LIMIT = 20_000;

type Props = { item: Item; response: number; judgement: Judgement; dispatch: (action: DeskAction) => void };

export function Questions({ item, response, judgement, dispatch }: Props) {
  const asked = askedQuestions(item.assignment.desk.questions, judgement);
  if (asked.length === 0) return null;
  return (
    <section className="questions" aria-labelledby="questions-title">
      <h2 id="questions-title">{t.questions.title}</h2>
      <Fields
        asked={asked}
        answers={judgement.answers}
        onAnswer={(key, answer) => dispatch({ do: "answer", response, key, answer })}
        onWrite={(key, text) => dispatch({ do: "write", response, key, text })}
      />
    </section>
  );
}

type FieldsProps = {
  asked: readonly Question[];
  answers: Judgement["answers"];
  onAnswer: (key: string, answer: Answer | null) => void;
  /** Every change of a text on the way to an answer. */
  onWrite: (key: string, text: string) => void;
};

export function Fields({ asked, answers, onAnswer, onWrite }: FieldsProps) {
  return asked.map((question) => {
    const { key } = question;
    const answer = answers[key];
    const field = { question, answer, onAnswer: (next: Answer | null) => onAnswer(key, next) };
    if (question.kind === "text") return <Text key={key} {...field} onWrite={(text) => onWrite(key, text)} />;
    return (
      <fieldset key={key} id={questionId(key)} className="question-field">
        <Legend question={question} />
        {question.kind === "rating" ? <Rating {...field} /> : <Choice {...field} />}
        {!question.required && answer !== undefined && (
          <button type="button" className="quiet" onClick={() => field.onAnswer(null)}>
            {t.questions.clear}
          </button>
        )}
      </fieldset>
    );
  });
}

type FieldProps = { question: Question; answer: Answer | undefined; onAnswer: (answer: Answer | null) => void };

function Legend({ question }: { question: Question }) {
  return (
    <legend>
      {question.text} {!question.required && <span className="soft">{t.questions.optional}</span>}
    </legend>
  );
}

/** Points from 1 on, the ends named; a number key chooses one too. */
function Rating({ question: { key, points, low, high }, answer, onAnswer }: FieldProps) {
  const byNumber = (event: KeyboardEvent<HTMLInputElement>) => {
    const point = Number(event.key);
    if (!(point >= 1 && point <= points) || event.ctrlKey || event.metaKey || event.altKey) return;
    onAnswer(point);
    event.currentTarget.closest("fieldset")?.querySelectorAll("input")[point - 1]?.focus();
  };
  const ends: Record<number, string> = { 1: low, [points]: high };
  return (
    <>
      <div className="points">
        {Array.from({ length: points }, (_, i) => i + 1).map((point) => (
          <label key={point} className="point">
            <input
              type="radio"
              name={questionId(key)}
              aria-label={ends[point] && t.questions.end(point, ends[point])}
              checked={answer === point}
              onChange={() => onAnswer(point)}
              onKeyDown={byNumber}
            />
            {point}
          </label>
        ))}
      </div>
      {(low || high) && (
        <p className="ends soft" aria-hidden="true">
          <span>{low && t.questions.end(1, low)}</span>
          <span>{high && t.questions.end(points, high)}</span>
        </p>
      )}
    </>
  );
}

function Choice({ question: { key, options, multiple }, answer, onAnswer }: FieldProps) {
  const chosen = typeof answer === "object" ? answer : [];
  const toggle = (option: string, on: boolean) => {
    const next = options.map((each) => each.key).filter((each) => (each === option ? on : chosen.includes(each)));
    onAnswer(next.length > 0 ? next : null);
  };
  return (
    <>
      {options.map((option) => (
        <label key={option.key} className="choice">
          {multiple ? (
            <input type="checkbox" checked={chosen.includes(option.key)} onChange={(event) => toggle(option.key, event.target.checked)} />
          ) : (
            <input type="radio" name={questionId(key)} checked={answer === option.key} onChange={() => onAnswer(option.key)} />
          )}
          {option.name}
        </label>
      ))}
    </>
  );
}

function Text({ question, answer, onWrite }: FieldProps & { onWrite: (text: string) => void }) {
  return (
    <label id={questionId(question.key)} className="question-field">
      <span>
        {question.text} {!question.required && <span className="soft">{t.questions.optional}</span>}
      </span>
      <textarea dir="auto" maxLength={TEXT_LIMIT} value={typeof answer === "string" ? answer : ""} onChange={(event) => onWrite(event.target.value)} />
    </label>
  );
}
