/** One sentence of a response: its pieces as text nodes, under the marks that lie over them. */
import { memo, type ReactNode } from "react";
import type { Mark } from "../../state/annotation";
import type { TextModel } from "../../state/selection";
import { cut, overlaps, sameSpan, type Span } from "../../text/spans";
import { stopAt } from "../../text/words";
import type { ShownType } from "./item";

export type DrawnMark = Mark & { lane: number; look: ShownType | undefined; focused: boolean };
export type Lights = { selection: Span | null; cursor: Span | null; antecedent: Span | null };

type Props = Lights & { text: TextModel; span: Span; marks: readonly DrawnMark[] };

export const cardId = (item: number) => `item-${item}`;

/** Drawn again only when something in it changes. */
export const Sentence = memo(
  function Sentence({ text, span, marks, ...lights }: Props) {
    const lit = Object.values(lights).filter((light) => light !== null);
    const pieces = cut(span, [...wordsOf(text, span), ...marks, ...lit]);
    return runs(pieces, marks).map(({ over, pieces: run }) =>
      over.reduceRight(
        (inner, mark) => (
          <MarkView key={run[0]!.start} mark={mark}>
            {inner}
          </MarkView>
        ),
        <Pieces key={run[0]!.start} text={text} pieces={run} {...lights} />,
      ),
    );
  },
  (a, b) =>
    a.text === b.text &&
    (["selection", "cursor", "antecedent"] as const).every((light) => sameSpan(a[light], b[light])) &&
    a.marks.length === b.marks.length &&
    a.marks.every((mark, i) => sameMark(mark, b.marks[i]!)),
);

function sameMark(a: DrawnMark, b: DrawnMark): boolean {
  return a.id === b.id && sameSpan(a, b) && a.look === b.look && a.lane === b.lane && a.focused === b.focused;
}

function wordsOf({ words }: TextModel, span: Span): readonly Span[] {
  const first = stopAt(words, span.start);
  return words.slice(Math.max(0, first), stopAt(words, span.end) + 1);
}

/** Consecutive pieces under the same marks; `over` has the lowest lane first. */
function runs(pieces: readonly Span[], marks: readonly DrawnMark[]): { over: DrawnMark[]; pieces: Span[] }[] {
  const found: { over: DrawnMark[]; pieces: Span[] }[] = [];
  for (const piece of pieces) {
    const over = marks.filter((mark) => overlaps(mark, piece)).sort((a, b) => a.lane - b.lane);
    const last = found.at(-1);
    if (last && last.over.length === over.length && over.every((mark, i) => mark === last.over[i])) last.pieces.push(piece);
    else found.push({ over, pieces: [piece] });
  }
  return found;
}

function MarkView({ mark, children }: { mark: DrawnMark; children: ReactNode }) {
  const { look, lane, focused } = mark;
  return (
    <mark className="mark" data-hue={look?.hue} data-line={look?.line} data-lane={Math.min(lane, 2)} data-focused={focused || undefined} aria-details={cardId(mark.id)}>
      {children}
    </mark>
  );
}

function Pieces({ text, pieces, selection, cursor, antecedent }: Lights & { text: TextModel; pieces: readonly Span[] }) {
  const on = (light: Span | null, piece: Span) => (light !== null && overlaps(light, piece)) || undefined;
  return pieces.map((piece) => {
    const quote = text.codePoints.slice(piece.start, piece.end);
    const lights = [on(selection, piece), on(cursor, piece), on(antecedent, piece)] as const;
    // White space that nothing lights up needs no element, which halves what there is to lay out in a long text.
    if (quote.trim() === "" && !lights.some(Boolean)) return quote;
    return (
      <span key={piece.start} data-start={piece.start} data-selected={lights[0]} data-cursor={lights[1]} data-antecedent={lights[2]}>
        {quote}
      </span>
    );
  });
}
