/** A response with its marks and the gutter beside it, and what pointers do in both. */
import { useMemo, useRef, useState, type PointerEvent, type Ref } from "react";
import type { Mark } from "../../state/annotation";
import type { DeskAction } from "../../state/desk";
import { pull, type TextModel } from "../../state/selection";
import { bySpan, lanes, overlaps, type Span } from "../../text/spans";
import { rightToLeft, stopAt } from "../../text/words";
import { t } from "../../text/strings";
import { Gutter } from "./Gutter";
import { Handles } from "./Handles";
import type { ShownType } from "./item";
import { Letters } from "./Letters";
import { placeAt } from "./pointer";
import { Sentence, type DrawnMark, type Lights } from "./Sentence";

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

/** An end of the focused mark that is being dragged; `by`: from the pointer to that end as it was taken hold of. */
type Pulled = { edge: "start" | "end"; to: Span; by: { x: number; y: number } };

export function ResponseView({ name, label, text, marks, focused, typeOf, dispatch, ref, ...lights }: Props) {
  const [pulled, setPulled] = useState<Pulled | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const rtl = rightToLeft(text.codePoints.text);
  const mark = marks.find(({ id }) => id === focused);
  const drawn = useMemo(() => {
    const shown = mark && pulled ? marks.with(marks.indexOf(mark), { ...mark, ...pull(mark, pulled.edge, pulled.to) }).toSorted(bySpan) : marks;
    const lane = lanes(shown);
    return shown.map((each, i): DrawnMark => ({ ...each, lane: lane[i]!, look: typeOf(each.type), focused: each.id === focused }));
  }, [marks, mark, pulled, typeOf, focused]);
  const held = drawn.find((each) => each.focused);
  const over = bySentence(text.sentences, drawn);

  const press = (event: PointerEvent) => {
    if (event.button !== 0) return;
    const handle = event.target instanceof Element && event.target.closest<HTMLElement>(".handle");
    if (handle && mark) setPulled(takeHold(handle, mark, rtl, event));
    else if (event.pointerType === "touch") return;
    else {
      const place = placeAt(text, event);
      if (!place) return;
      dispatch({ do: "press", ...place, extend: event.shiftKey });
    }
    event.currentTarget.setPointerCapture?.(event.pointerId);
  };
  const drag = (event: PointerEvent) => {
    if (pulled) {
      setPulled({ ...pulled, to: pulledTo(text, pulled, event) });
    } else if (event.pointerType !== "touch" && event.buttons & 1) {
      const place = placeAt(text, event);
      if (place) dispatch({ do: "drag", at: place.at });
    }
  };
  // A finger scrolls as it moves, so that only its lifting in place (else the browser cancels) takes a word.
  const lift = (event: PointerEvent) => {
    setPulled(null);
    // Where the pointer is by now: the last move may not have been drawn yet.
    if (pulled) return dispatch({ do: "pull", edge: pulled.edge, to: pulledTo(text, pulled, event) });
    const place = event.pointerType === "touch" && placeAt(text, event);
    if (place) dispatch({ do: "press", ...place, extend: false });
    dispatch({ do: "release" });
  };
  return (
    <div
      ref={frame}
      className="response-frame"
      dir={rtl ? "rtl" : "ltr"}
      data-pulling={pulled ? true : undefined}
      onPointerDown={press}
      onPointerMove={drag}
      onPointerUp={lift}
      onPointerCancel={() => setPulled(null)}
    >
      {label === undefined && <Gutter text={text} frame={frame} />}
      <div
        ref={ref}
        className="response-text"
        role="textbox"
        aria-readonly="true"
        aria-multiline="true"
        aria-label={label ?? t.text.label(name)}
        aria-describedby="text-help"
        tabIndex={0}
        data-zone="text"
      >
        {text.codePoints.length === 0 && <em>{t.text.empty}</em>}
        {text.sentences.map((sentence, i) => (
          <Sentence key={sentence.start} text={text} span={sentence} marks={over[i]!} {...within(lights, sentence)} />
        ))}
      </div>
      <Letters marks={drawn} rtl={rtl} />
      {label === undefined && held && <Handles mark={held} rtl={rtl} frame={frame} />}
    </div>
  );
}

function takeHold(handle: HTMLElement, mark: Mark, rtl: boolean, { clientX, clientY }: PointerEvent): Pulled {
  const edge = handle.dataset.edge === "start" ? "start" : "end";
  const { left, right, top } = handle.getBoundingClientRect();
  // A little inside the mark and above the handle, so that the word which ends there is meant and not its neighbour.
  const inward = (edge === "start") === rtl ? -2 : 2;
  return { edge, to: mark, by: { x: (handle.dataset.left ? right : left) + inward - clientX, y: top - 4 - clientY } };
}

/** What the end that is held lies at with the pointer there; over no text it stays. */
function pulledTo(text: TextModel, { to, by }: Pulled, { clientX, clientY, altKey, shiftKey, target }: PointerEvent): Span {
  return placeAt(text, { clientX: clientX + by.x, clientY: clientY + by.y, altKey, shiftKey, target })?.at ?? to;
}

/** For each sentence the marks that lie over it, in the order of the marks, which is by their start. */
function bySentence(sentences: readonly Span[], marks: readonly DrawnMark[]): DrawnMark[][] {
  const found: DrawnMark[][] = sentences.map(() => []);
  for (const mark of marks) {
    for (let i = stopAt(sentences, mark.start); i >= 0 && i < sentences.length && sentences[i]!.start < mark.end; i += 1) found[i]!.push(mark);
  }
  return found;
}

function within(lights: Lights, sentence: Span): Lights {
  const here = (span: Span | null) => (span && overlaps(span, sentence) ? span : null);
  return { selection: here(lights.selection), cursor: here(lights.cursor), antecedent: here(lights.antecedent) };
}
