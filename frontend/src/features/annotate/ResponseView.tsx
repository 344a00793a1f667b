/** Draws a response with its marks by text nodes, and turns pointers into places in it. */
import { memo, type PointerEvent, type ReactNode, type Ref } from "react";
import type { Mark } from "../../state/annotation";
import type { DeskAction } from "../../state/desk";
import type { TextModel } from "../../state/selection";
import { cut, lanes, overlaps, sameSpan, type Span } from "../../text/spans";
import { stopAt } from "../../text/words";
import { t } from "../../text/strings";
import type { ShownType } from "./item";
import { placeAt } from "./pointer";

export type DrawnMark = Mark & { lane: number; look: ShownType | undefined; focused: boolean };

type Lights = { selection: Span | null; cursor: Span | null; antecedent: Span | null };
type Props = Lights & {
  name: string;
  /** What it is called, when nothing can be marked in it. */
  label?: string;
  text: TextModel;
  marks: readonly Mark[];
  focused: number | null;
  typeOf: (key: string) => ShownType | undefined;
  dispatch: (action: DeskAction) => void;
  ref: Ref<HTMLDivElement>;
};

export const cardId = (item: number) => `item-${item}`;

export function ResponseView({ name, label = t.text.label(name), text, marks, focused, typeOf, dispatch, ref, ...lights }: Props) {
  const lane = lanes(marks);
  const drawn = marks.map((mark, i): DrawnMark => ({ ...mark, lane: lane[i]!, look: typeOf(mark.type), focused: mark.id === focused }));
  const press = (event: PointerEvent) => {
    if (event.button !== 0 || event.pointerType === "touch") return;
    const at = placeAt(text, event);
    if (!at) return;
    event.currentTarget.setPointerCapture?.(event.pointerId);
    dispatch({ do: "press", at, extend: event.shiftKey });
  };
  const drag = (event: PointerEvent) => {
    if (event.pointerType === "touch" || !(event.buttons & 1)) return;
    const at = placeAt(text, event);
    if (at) dispatch({ do: "drag", at });
  };
  // A finger scrolls as it moves, so that only its lifting in place (else the browser cancels) takes a word.
  const lift = (event: PointerEvent) => {
    const at = event.pointerType === "touch" && placeAt(text, event);
    if (at) dispatch({ do: "press", at, extend: false });
    dispatch({ do: "release" });
  };
  return (
    <div
      ref={ref}
      className="response-text"
      role="textbox"
      aria-readonly="true"
      aria-multiline="true"
      aria-label={label}
      aria-describedby="text-help"
      tabIndex={0}
      dir="auto"
      data-zone="text"
      onPointerDown={press}
      onPointerMove={drag}
      onPointerUp={lift}
    >
      {text.codePoints.length === 0 && <em>{t.text.empty}</em>}
      {text.sentences.map((sentence) => (
        <Sentence key={sentence.start} text={text} span={sentence} marks={drawn.filter((mark) => overlaps(mark, sentence))} {...within(lights, sentence)} />
      ))}
    </div>
  );
}

function within(lights: Lights, sentence: Span): Lights {
  const here = (span: Span | null) => (span && overlaps(span, sentence) ? span : null);
  return { selection: here(lights.selection), cursor: here(lights.cursor), antecedent: here(lights.antecedent) };
}

type SentenceProps = Lights & { text: TextModel; span: Span; marks: readonly DrawnMark[] };

/** One sentence, drawn again only when something in it changes. */
const Sentence = memo(
  function Sentence({ text, span, marks, ...lights }: SentenceProps) {
    const lit = Object.values(lights).filter((light) => light !== null);
    const pieces = cut(span, [...wordsOf(text, span), ...marks, ...lit]);
    return runs(pieces, marks).map(({ over, pieces: run }) =>
      over.reduceRight(
        (inner, mark) => (
          <MarkView key={run[0]!.start} mark={mark} starts={run[0]!.start === mark.start}>
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

function MarkView({ mark, starts, children }: { mark: DrawnMark; starts: boolean; children: ReactNode }) {
  const { look, lane, focused } = mark;
  return (
    <mark className="mark" data-hue={look?.hue} data-line={look?.line} data-lane={Math.min(lane, 2)} data-focused={focused || undefined} aria-details={cardId(mark.id)}>
      {starts && <span className="letter" data-letter={look?.badge} aria-hidden="true" />}
      {children}
    </mark>
  );
}

function Pieces({ text, pieces, selection, cursor, antecedent }: Lights & { text: TextModel; pieces: readonly Span[] }) {
  const on = (light: Span | null, piece: Span) => (light !== null && overlaps(light, piece)) || undefined;
  return pieces.map((piece) => (
    <span key={piece.start} data-start={piece.start} data-selected={on(selection, piece)} data-cursor={on(cursor, piece)} data-antecedent={on(antecedent, piece)}>
      {text.codePoints.slice(piece.start, piece.end)}
    </span>
  ));
}
