/** The response as a staff: the record tints the words, and below each line runs a lane for every annotator. */
import type { CSSProperties, ReactNode } from "react";
import type { Kept, Vote } from "../../../state/adjudication";
import type { TextModel } from "../../../state/selection";
import { cut, overlaps, type Span } from "../../../text/spans";
import { letter, type Case } from "./cases";

type Props = { about: Case; response: number; text: TextModel; votes: readonly Vote[]; kept: readonly Kept[]; current: Span | null; onPick: (at: number) => void };

export function Staff({ about, response, text, votes, kept, current, onPick }: Props) {
  const whole = { start: 0, end: text.codePoints.length };
  const spans = [...votes, ...kept].flatMap(({ span }) => (span ? [span] : []));
  const people = about.detail.annotations.length;
  const pick = (event: React.MouseEvent) => {
    const piece = event.target instanceof Element && event.target.closest<HTMLElement>("[data-start]");
    if (piece) onPick(Number(piece.dataset.start));
  };
  return (
    // The list of disputes below does the same with the keyboard.
    // eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions
    <div className="staff" style={{ "--people": people } as CSSProperties} dir="auto" data-response={response} onClick={pick}>
      {whole.end === 0 && <em>The response is empty.</em>}
      {cut(whole, current ? [...spans, current] : spans).map((piece) => {
        const over = votes.filter(({ span }) => span && overlaps(span, piece)).sort((a, b) => a.person - b.person);
        const marks = kept.filter(({ span }) => span && overlaps(span, piece));
        const words: ReactNode = text.codePoints.slice(piece.start, piece.end);
        const voted = over.reduceRight<ReactNode>((inner, vote) => <Lane key={vote.key} about={about} vote={vote} starts={vote.span!.start === piece.start}>{inner}</Lane>, words);
        const recorded = marks.reduceRight<ReactNode>((inner, mark) => <Recorded key={mark.id} about={about} mark={mark} starts={mark.span!.start === piece.start}>{inner}</Recorded>, voted);
        return (
          <span key={piece.start} data-start={piece.start} data-current={(current && overlaps(current, piece)) || undefined} data-marked={over.length + marks.length > 0 || undefined}>
            {recorded}
          </span>
        );
      })}
    </div>
  );
}

function Lane({ about, vote, starts, children }: { about: Case; vote: Vote; starts: boolean; children: ReactNode }) {
  const look = about.types.find(({ key }) => key === vote.type);
  return (
    <span className="lane" data-hue={look?.hue} data-line={look?.line} style={{ "--lane": vote.person } as CSSProperties}>
      {starts && <span className="lane-letter" data-letter={letter(vote.person)} aria-hidden="true" />}
      {children}
    </span>
  );
}

function Recorded({ about, mark, starts, children }: { about: Case; mark: Kept; starts: boolean; children: ReactNode }) {
  const look = about.types.find(({ key }) => key === mark.type);
  return (
    <mark className="recorded" data-hue={look?.hue}>
      {starts && <span className="recorded-letter" data-letter={look?.badge} aria-hidden="true" />}
      {children}
    </mark>
  );
}
