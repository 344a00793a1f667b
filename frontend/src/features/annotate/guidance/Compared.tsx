/** After Check: the marks over the text, each with a verdict and the rule behind it. */
import { useEffect, useRef, useState } from "react";
import type { Me } from "../../../api/types";
import type { SentenceRef } from "../../../state/annotation";
import type { DeskAction } from "../../../state/desk";
import { t } from "../../../text/strings";
import { Badge } from "../Badge";
import type { Item } from "../item";
import { panelProps, Panels } from "../Panels";
import { Passages } from "../Passages";
import { ResponseView } from "../ResponseView";
import { cardId } from "../Sentence";
import { TopBar } from "../TopBar";
import { usePanel } from "../usePanel";
import { deskOf, lookOf, marksOf, tally, type Feedback } from "./verdicts";

type Props = { me: Me; slug: string; title: string; item: Item; feedback: Feedback; last: boolean; onStop: () => void; onAgain: () => void; onNext: () => Promise<void> };

export function Compared({ item, feedback, last, onAgain, onNext, ...bar }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus();
  }, []);
  const judged = item.responses.filter((response) => response.judged);
  const [desk] = useState(() => deskOf(feedback, judged.map(({ index }) => index)));
  const none = () => undefined;
  const pane = usePanel(item, { desk, dispatch: none, textRef: heading, toPassages: none }, item.assignment.example.passages.map((_, p) => p + 1));
  const { found, all, extra } = tally(feedback);
  const words = t.guide.compared;
  return (
    <div className="page">
      <TopBar {...bar} />
      <main className="desk compared" data-panel={pane.shown}>
        <header className="question">
          <p className="eyebrow">{item.assignment.example.question}</p>
          <h1 ref={heading} tabIndex={-1}>
            {words.title}
          </h1>
          <p>{feedback.spans.length + feedback.missing.length === 0 ? words.perfect : `${words.found(found, all)} ${words.extra(extra)}`}</p>
        </header>
        <Panels pane={pane} />
        <div className="work" {...panelProps("response", pane)}>
          {judged.map(({ index, letter }) => (
            <Response key={index} name={judged.length > 1 ? t.responseNamed(letter) : t.response} index={index} item={item} feedback={feedback} />
          ))}
        </div>
        <Passages item={{ ...item, typeOf: lookOf }} desk={desk} dispatch={none} pane={pane} ref={null} />
      </main>
      <footer className="submit-bar">
        <div className="submit-row">
          <button type="button" className="quiet" onClick={onAgain}>
            {words.again}
          </button>
          <button type="button" className="primary" onClick={() => void onNext()}>
            {last ? words.finish : words.next}
          </button>
        </div>
      </footer>
    </div>
  );
}

function Response({ name, index, item, feedback }: { name: string; index: number; item: Item; feedback: Feedback }) {
  const text = item.context.texts[index]!;
  const marks = marksOf(feedback, index);
  const quote = (start: number, end: number) => text.codePoints.slice(start, end);
  const nameOf = (type: string | null) => item.typeOf(type)?.name ?? t.cards.missing;
  // A click on a mark leads to its verdict.
  const onAction = (action: DeskAction) => {
    if (action.do !== "press") return;
    const at = marks.find(({ start, end }) => start <= action.at.start && action.at.end <= end);
    if (at) document.getElementById(cardId(at.id))?.focus();
  };
  return (
    <section className="response" aria-label={name}>
      <h2>{name}</h2>
      <ResponseView
        name={name}
        label={t.guide.compared.place(name)}
        text={text}
        marks={marks}
        focused={null}
        typeOf={lookOf}
        selection={null}
        cursor={null}
        antecedent={null}
        dispatch={onAction}
        ref={null}
      />
      <ul className="verdicts">
        {marks.map(({ id }) => {
          const { verdict, start, end, type, gold_start, gold_end, gold_type, why } = feedback.spans[id - 1]!;
          const moved = gold_start !== null && gold_end !== null && verdict !== "missed" && (gold_start !== start || gold_end !== end);
          return (
            <VerdictCard key={id} id={id} verdict={verdict} type={nameOf(type)} gold={verdict === "wrong_type" ? nameOf(gold_type) : null} why={why}>
              <q dir="auto">{quote(start, end)}</q>
              {moved && (
                <p>
                  {t.guide.compared.goldWords} <q dir="auto">{quote(gold_start, gold_end)}</q>
                </p>
              )}
            </VerdictCard>
          );
        })}
        {feedback.missing.map(({ response, verdict, type, evidence, gold_type, gold_evidence, why }, i) => {
          if (response !== index) return null;
          const other = verdict !== "missed" && gold_evidence !== null && sentences(gold_evidence) !== sentences(evidence);
          return (
            <VerdictCard key={`missing ${i}`} id={feedback.spans.length + i + 1} verdict={verdict} type={nameOf(type)} gold={verdict === "wrong_type" ? nameOf(gold_type) : null} why={why}>
              <span>{sentences(evidence)}</span>
              {other && (
                <p>
                  {t.guide.compared.goldSentences} {sentences(gold_evidence)}
                </p>
              )}
            </VerdictCard>
          );
        })}
      </ul>
    </section>
  );
}

const sentences = (evidence: readonly SentenceRef[]) => evidence.map(({ passage, sentence }) => t.sentenceShort(passage, sentence)).join(", ");

type CardProps = { id: number; verdict: Feedback["spans"][number]["verdict"]; type: string; gold: string | null; why: string; children: React.ReactNode };

function VerdictCard({ id, verdict, type, gold, why, children }: CardProps) {
  const look = lookOf(verdict);
  return (
    <li id={cardId(id)} tabIndex={-1} className="verdict" data-hue={look?.hue}>
      <p className="verdict-head">
        <Badge type={look} /> <b>{t.guide.compared.verdicts[verdict]}</b> <span className="soft">{type}</span>
      </p>
      {children}
      {gold && <p>{t.guide.compared.gold(gold)}</p>}
      {why && <p className="why">{why}</p>}
    </li>
  );
}
