/** The response as a list of sentences, each with its marks in words and a form that marks in it: no text to point at. */
import { useEffect, useEffectEvent, useId, useRef, useState, type FormEvent, type KeyboardEvent, type Ref } from "react";
import { judgementOf, type Desk, type DeskAction } from "../../state/desk";
import { segmentAt, type TextModel } from "../../state/selection";
import { overlaps, type Span } from "../../text/spans";
import { t } from "../../text/strings";
import type { Item } from "./item";
import { markInWords, numberedWords, numbersOf } from "./numbering";
import { cardId } from "./Sentence";

type Props = { item: Item; desk: Desk; dispatch: (action: DeskAction) => void; name: string; ref: Ref<HTMLDivElement> };

export function ListView({ item, desk, dispatch, name, ref }: Props) {
  const text = item.context.texts[desk.response]!;
  const { marks } = judgementOf(desk);
  const [open, setOpen] = useState<number | null>(null);
  const earlier = desk.picking?.need === "antecedent";
  const focused = marks.find(({ id }) => id === desk.focused);
  const sentences = text.sentences.flatMap(({ start }) => segmentAt(text, text.sentences, start) ?? []);
  const toggles = useRef<(HTMLButtonElement | null)[]>([]);

  const close = (index: number) => {
    setOpen(null);
    toggles.current[index]?.focus();
  };
  /** The very actions of a pointer: words are pressed, then given a type, or let go of as the earlier words. */
  const take = (span: Span, type: string | null) => {
    dispatch({ do: "press", at: span, extend: false, whole: true });
    dispatch(type === null ? { do: "release" } : { do: "type", type });
  };
  const onKey = (event: KeyboardEvent, sentence: Span) => {
    const type = item.types.find(({ hotkey, target }) => hotkey === event.key && target === "response");
    if (!type || earlier || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    take(sentence, type.key);
  };

  return (
    <div ref={ref} className="list-mode" role="group" aria-label={t.list.label(name)} tabIndex={-1} data-zone="list">
      {text.codePoints.length === 0 && <em>{t.text.empty}</em>}
      <ol>
        {sentences.map((sentence, index) => (
          <li key={sentence.start}>
            <p dir="auto">{text.codePoints.slice(sentence.start, sentence.end)}</p>
            <ul>
              {marks.map(
                (mark) =>
                  overlaps(mark, sentence) && (
                    <li key={mark.id}>
                      <button type="button" className="quiet" onClick={() => toCard(mark.id, () => dispatch({ do: "focus", id: mark.id }))}>
                        {markInWords(item, desk.response, marks, mark)}: <q dir="auto">{text.codePoints.slice(mark.start, mark.end)}</q>
                      </button>
                    </li>
                  ),
              )}
            </ul>
            <button
              ref={(button) => {
                toggles.current[index] = button;
              }}
              type="button"
              className="quiet"
              aria-expanded={open === index}
              disabled={earlier && focused !== undefined && sentence.start >= focused.start}
              onClick={() => setOpen(open === index ? null : index)}
              onKeyDown={(event) => onKey(event, sentence)}
            >
              {earlier ? t.list.earlier : t.list.open}
              <span className="sr"> {t.list.sentence(index + 1)}</span>
            </button>
            {open === index && (
              <Words
                key={String(earlier)}
                item={item}
                text={text}
                sentence={sentence}
                sentences={sentences}
                typed={!earlier}
                before={earlier ? (focused?.start ?? null) : null}
                onTake={(span, type) => {
                  take(span, type);
                  close(index);
                }}
                onClose={() => close(index)}
              />
            )}
          </li>
        ))}
      </ol>
    </div>
  );
}

function toCard(id: number, focus: () => void) {
  focus();
  document.querySelector<HTMLElement>(`#${cardId(id)} .card-head`)?.focus();
}

type WordsProps = {
  item: Item;
  text: TextModel;
  sentence: Span;
  sentences: readonly Span[];
  /** Whether a type is asked for; else the words are the earlier ones of a mark, and come `before` it. */
  typed: boolean;
  before: number | null;
  onTake: (span: Span, type: string | null) => void;
  onClose: () => void;
};

/** Which words of the sentence, to the whole of it if nothing else is said, and what is wrong with them. */
function Words({ item, text, sentence, sentences, typed, before, onTake, onClose }: WordsProps) {
  const id = useId();
  const types = item.types.filter(({ target }) => target === "response");
  const words = numberedWords(text);
  const [first, last] = numbersOf(text, sentence).map((number) => number - 1) as [number, number];
  const [type, setType] = useState(types[0]?.key ?? "");
  const [from, setFrom] = useState(first);
  const [to, setTo] = useState(last);
  const form = useRef<HTMLFormElement>(null);
  const leave = useEffectEvent((event: globalThis.KeyboardEvent) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    onClose();
  });
  useEffect(() => {
    const opened = form.current!;
    const onKey = (event: globalThis.KeyboardEvent) => leave(event);
    opened.querySelector("select")?.focus();
    opened.addEventListener("keydown", onKey);
    return () => opened.removeEventListener("keydown", onKey);
  }, []);

  const limit = before === null ? words.length - 1 : Math.max(first, numbersOf(text, { start: 0, end: before })[1] - 1);
  const until = Math.min(to, limit);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const end = sentences.find((each) => words[until]!.start < each.end)!;
    // Punctuation at the edge of a sentence belongs to what reaches that edge, and to nothing else.
    const span = { start: from === first ? sentence.start : words[from]!.start, end: numbersOf(text, end)[1] - 1 === until ? end.end : words[until]!.end };
    onTake(span, typed ? type : null);
  };
  const option = (index: number) => (
    <option key={index} value={index}>
      {index + 1}: {text.codePoints.slice(words[index]!.start, words[index]!.end)}
    </option>
  );
  const range = (low: number, high: number) => Array.from({ length: Math.max(0, high - low + 1) }, (_, i) => low + i);

  return (
    <form ref={form} className="words" onSubmit={submit}>
      {typed && (
        <label className="field" htmlFor={`${id}type`}>
          <span>{t.cards.type}</span>
          <select id={`${id}type`} value={type} onChange={(event) => setType(event.target.value)}>
            {types.map(({ key, name }) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        </label>
      )}
      <label className="field" htmlFor={`${id}from`}>
        <span>{t.list.from}</span>
        <select
          id={`${id}from`}
          value={from}
          onChange={(event) => {
            setFrom(Number(event.target.value));
            setTo(Math.max(to, Number(event.target.value)));
          }}
        >
          {range(first, Math.min(last, limit)).map(option)}
        </select>
      </label>
      <label className="field" htmlFor={`${id}to`}>
        <span>{t.list.to}</span>
        <select id={`${id}to`} value={until} onChange={(event) => setTo(Number(event.target.value))}>
          {range(from, limit).map(option)}
        </select>
      </label>
      <p className="buttons">
        <button type="submit" className="primary">
          {typed ? t.list.add : t.list.setEarlier}
        </button>
        <button type="button" className="quiet" onClick={onClose}>
          {t.cancel}
        </button>
      </p>
    </form>
  );
}
